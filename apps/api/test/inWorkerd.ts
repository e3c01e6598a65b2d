/** The Worker as it is built, in a process of workerd's own, on a socket. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { whenDone } from "@dwell/testing/resources"
import { folder } from "@dwell/testing/scratch"
import * as Schema from "effect/Schema"
import * as workerd from "../workerd.ts"
import { adminKey, type SocketApi } from "./SocketApi.ts"

const Listening = Schema.parseJson(Schema.Struct({ event: Schema.Literal("listen"), port: Schema.Number }))

/** Opens one, which is closed when the test file is done, if not before; variables as those of the Worker. */
export const inWorkerd = async (variables: Readonly<Record<string, string>> = {}): Promise<SocketApi> => {
  const data = folder()
  workerd.configure(data, {
    port: 0,
    modules: workerd.built(),
    variables: { DWELL_ADMIN_KEY: adminKey, DWELL_REQUESTS_PER_MINUTE: "1000000", ...variables },
  })
  const child = spawn(workerd.program, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: data,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  })
  let said = ""
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()))
  const control = child.stdio[3]
  if (!(control instanceof Readable)) throw new Error("workerd has no control channel")
  const ended = once(child, "exit")
  const close = async () => {
    child.kill()
    await ended
  }
  whenDone(close)
  const { port } = await Promise.race([
    once(createInterface({ input: control }), "line").then(([line]) => Schema.decodeUnknownSync(Listening)(line)),
    ended.then(() => Promise.reject(new Error(`workerd ended: ${said}`))),
  ])
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    adminKey,
    fetch: (path, init) => fetch(`${url}${path}`, { redirect: "manual", ...init }),
    close,
  }
}
