/**
 * A Worker in a process of workerd's own, bundled as one is for Cloudflare, without any Node API, and what it uses.
 *
 * Shape    answers on the loopback; memory by V8's own account, over the inspector protocol, and by the kernel's
 * Units    bytes
 * Fails    Error with what workerd wrote, when it does not start; where there is no /proc there is no `process`
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import * as esbuild from "esbuild"
import * as workerd from "workerd"

/** What the isolate holds. */
interface Heap {
  /** JavaScript's heap as V8 has it from the system: objects, garbage and room. */
  readonly committed: number
  /** The contents of buffers, which lie outside of it. */
  readonly buffers: number
}

export interface Worker {
  readonly url: URL
  /** Answered when the Worker has nothing to do at the moment. */
  readonly heap: () => Promise<Heap>
  /** What the process has in memory, all its code and libraries among it, and the most it ever had. */
  readonly process: () => { readonly resident: number; readonly peak: number }
  readonly stop: () => Promise<void>
}

// It is CommonJS, and who bundles for tests does not agree with Node on what its default export is.
const { compatibilityDate, default: exported } = Schema.decodeUnknownSync(
  Schema.Struct({
    compatibilityDate: Schema.String,
    default: Schema.Union(Schema.String, Schema.Struct({ default: Schema.String })),
  }),
)(workerd)
const program = typeof exported === "string" ? exported : exported.default

/** What a Worker is given besides the platform. */
export interface Given {
  /** The class of its Durable Object, which has SQLite on disk and is called OBJECT; with it comes `nodejs_compat`. */
  readonly object?: string
}

// From August 2026 on a Worker has Node's API unless it says no.
const config = (script: string, disk: string, { object }: Given) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.js", esModule = embed "${script}")],
    compatibilityDate = "${compatibilityDate}",
    compatibilityFlags = [${object === undefined ? `"no_nodejs_compat", "no_nodejs_compat_v2"` : `"nodejs_compat"`}],
    ${
      object === undefined
        ? ""
        : `durableObjectNamespaces = [(className = "${object}", uniqueKey = "object", enableSql = true)],
    durableObjectStorage = (localDisk = "disk"),
    bindings = [(name = "OBJECT", durableObjectNamespace = "${object}")],`
    }
  ))${object === undefined ? "" : `, (name = "disk", disk = (path = "${disk}", writable = true))`}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`

const bundle = (entry: URL, outfile: string, { object }: Given) =>
  esbuild.build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: "esm",
    // Of no platform: an import of Node's would not resolve.
    platform: "neutral",
    external: object === undefined ? [] : ["node:*", "cloudflare:*"],
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker"],
    logLevel: "silent",
  })

/** A session with the inspector of the isolate. */
const inspect = async (port: number) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/main`)
  const waiting = new Map<number, (answer: string) => void>()
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve)
    socket.addEventListener("error", () => reject(new Error("no inspector")))
  })
  socket.addEventListener("message", ({ data }) => {
    const answer = String(data)
    const id = Number(/^\{"id":(\d+)/.exec(answer)?.[1])
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  let last = 0
  return {
    ask: (method: string) =>
      new Promise<string>((resolve) => {
        last += 1
        waiting.set(last, resolve)
        socket.send(JSON.stringify({ id: last, method }))
      }),
    close: () => socket.close(),
  }
}

const figure = (text: string, name: string): number => {
  const found = new RegExp(`"?${name}"?:\\s*(\\d+)`).exec(text)?.[1]
  if (found === undefined) throw new Error(`no ${name} in ${text}`)
  return Number(found)
}

/** Starts the Worker that a module is. */
export const start = async (entry: URL, given: Given = {}): Promise<Worker> => {
  const folder = mkdtempSync(join(tmpdir(), "dwell-workerd-"))
  await bundle(entry, join(folder, "worker.js"), given)
  mkdirSync(join(folder, "disk"))
  writeFileSync(join(folder, "config.capnp"), config("worker.js", join(folder, "disk"), given))
  const child = spawn(
    program,
    ["serve", join(folder, "config.capnp"), "--control-fd=3", "--inspector-addr=127.0.0.1:0"],
    { stdio: ["ignore", "ignore", "pipe", "pipe"] },
  )
  const ended = once(child, "exit")
  let said = ""
  child.stderr?.on("data", (text: Buffer) => {
    said += text.toString()
  })
  const [, , , control] = child.stdio
  if (!(control instanceof Readable)) throw new Error("workerd has no control channel")
  const ports = await new Promise<{ readonly http: number; readonly inspector: number }>((resolve, reject) => {
    let all = ""
    createInterface({ input: control }).on("line", (line) => {
      all += line
      const inspector = /"listen-inspector","port":(\d+)/.exec(all)?.[1]
      const http = /"socket":"http","port":(\d+)/.exec(all)?.[1]
      if (inspector !== undefined && http !== undefined) resolve({ http: Number(http), inspector: Number(inspector) })
    })
    child.on("error", reject)
    child.on("exit", () => reject(new Error(`workerd ended: ${said}`)))
  })
  const inspector = await inspect(ports.inspector)
  return {
    url: new URL(`http://127.0.0.1:${ports.http}`),
    heap: async () => {
      const usage = await inspector.ask("Runtime.getHeapUsage")
      return { committed: figure(usage, "totalSize"), buffers: figure(usage, "backingStorageSize") }
    },
    process: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8")
      return { resident: figure(status, "VmRSS") * 1024, peak: figure(status, "VmHWM") * 1024 }
    },
    stop: async () => {
      inspector.close()
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}
