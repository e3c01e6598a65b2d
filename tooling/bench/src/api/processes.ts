/**
 * Programs that answer over HTTP, each in a process of its own, and what they use.
 *
 * Units    bytes, milliseconds
 * Fails    with what the program wrote, when it ends before it answers; `Missing` where there is no /proc
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import * as workerd from "../../../../apps/api/workerd.ts"
import { Missing } from "../../../../packages/core/bench/measure.ts"
import { bundlesOf, root } from "../places.ts"

export interface Program {
  /** Without a slash at its end. */
  readonly url: string
  readonly resident: () => number
  /** The most that was resident. */
  readonly peak: () => number
  /** Answered when it has had nothing to do for half a second. */
  readonly rested: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** The key that may do all. */
const key = `dwell_${"0".repeat(16)}_${"5".repeat(64)}`
export const authorization = `Bearer ${key}`

/** Limits that would be measured in place of the server, out of the way. */
const variables = {
  DWELL_ADMIN_KEY: key,
  DWELL_REQUESTS_PER_MINUTE: "100000000",
  DWELL_LARGEST_BODY: "1000000000",
  DWELL_TIMEZONE: "UTC",
} as const

/** Lends a folder. */
export const withFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(tmpdir(), "dwell-bench-api-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  return typeof address === "object" && address !== null ? address.port : 0
}

const pollMs = 50
const restMs = 250
/** Of the clock that counts a process's time: what a server does at rest. */
const idleTicks = 1

const programOf = async (child: ChildProcess, port: number, said: () => string): Promise<Program> => {
  const url = `http://127.0.0.1:${port}`
  const status = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))
    return Number(found?.[1]) * 1024
  }
  /** User and system time; the name before them may have spaces. */
  const ticks = (): number => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
    return Number(fields[11]) + Number(fields[12])
  }
  const ended = once(child, "exit")
  for (;;) {
    if (child.exitCode !== null) throw new Error(`error: it ended before it answered. ${said()}`)
    const response = await fetch(`${url}/healthz`).catch(() => null)
    await response?.arrayBuffer()
    if (response !== null) break
    await pause(pollMs)
  }
  return {
    url,
    resident: () => status("VmRSS"),
    peak: () => status("VmHWM"),
    rested: async () => {
      let before = ticks()
      for (let quiet = 0; quiet < 2;) {
        await pause(restMs)
        const now = ticks()
        quiet = now - before <= idleTicks ? quiet + 1 : 0
        before = now
      }
    },
    stop: async () => {
      child.kill()
      await ended
    },
  }
}

/** Starts a program in a folder, which gets what it says as a file. */
const start = async (command: string, args: ReadonlyArray<string>, port: number, folder: string): Promise<Program> => {
  if (!existsSync("/proc/self/status")) throw new Missing("only Linux says what a process uses")
  const log = join(folder, `log-${port}`)
  const file = openSync(log, "a")
  const env = { ...process.env, ...variables }
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", file, file] })
  closeSync(file)
  return programOf(child, port, () => readFileSync(log, "utf8").slice(-1000))
}

/** `dwell-api serve` with its data in a folder; its lines of log go to a file there. */
export const onNode = async (folder: string): Promise<Program> => {
  const port = await freePort()
  const args = [bundlesOf(root).api, "serve", "--data", join(folder, "data"), "--port", `${port}`]
  return start(process.execPath, args, port, folder)
}

/** What answers the body in a file whatever it is asked. */
export const bare = async (folder: string, body: Uint8Array): Promise<Program> => {
  const port = await freePort()
  const path = join(folder, "body")
  writeFileSync(path, body)
  return start(process.execPath, [join(import.meta.dirname, "bare.ts"), path, `${port}`], port, folder)
}

const idle: workerd.Modules = new Map([["worker.js", 'export default { fetch: () => new Response("ok") }\n']])

/** A Worker in workerd, whose objects keep what they keep in the folder; without modules, one that keeps nothing. */
export const inWorkerd = async (folder: string, modules?: workerd.Modules): Promise<Program> => {
  const port = await freePort()
  workerd.configure(folder, { port, modules: modules ?? idle, variables, hasObjects: modules !== undefined })
  return start(workerd.program, ["serve", "config.capnp"], port, folder)
}
