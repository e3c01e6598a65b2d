/** What the tests of the command line share: they drive the bundle, `dist/dwell.js`, as a person's shell would. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Report from "@dwell/core/Report"
import type { Row } from "@dwell/emulator"
import * as Schema from "effect/Schema"
import { afterAll } from "vitest"

export const bundle = fileURLToPath(new URL("../dist/dwell.js", import.meta.url))

// Every run starts a process or a few, which takes its time on a busy machine.

/** A folder of the test file's own, removed when the file is done. */
const scratch = mkdtempSync(join(tmpdir(), "dwell-test-"))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** A new folder, as a home nobody has lived in or for files. */
export const folder = (): string => mkdtempSync(join(scratch, "folder-"))

/** Writes a file of that name in a folder of its own; gives its path. */
export const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder(), name)
  writeFileSync(path, content)
  return path
}

/** The whole environment of a run: nothing of the tester's own settings but where programs are. */
export const environment = (home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_CACHE_HOME: join(home, "cache"),
  XDG_DATA_HOME: join(home, "data"),
  // What the engine makes of the program need not be made in every home anew.
  NODE_COMPILE_CACHE: join(scratch, "compiled"),
  TZ: "Europe/London",
  ...more,
})

/** What a run that takes more than five seconds prints: a busy machine is no failure. */
export const progress = /^(Reading|Pushing) .*\n/gm

export interface Result {
  readonly status: number | null
  readonly stdout: string
  /** Without progress, which a run that takes more than five seconds prints: a busy machine is no failure. */
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What stands on standard input; nothing unless given. */
  readonly input?: string
  /** Where the login, the token and the events are kept; default: a home shared by the file's tests, where nothing is. */
  readonly home?: string
}

/** Runs a program to its end. */
export const execute = (
  program: string,
  args: ReadonlyArray<string>,
  { env = {}, home = scratch, input = "" }: RunOptions = {},
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment(home, env), stdio: "pipe" })
    const stdout: Array<Buffer> = []
    const stderr: Array<Buffer> = []
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
    child.on("error", reject)
    child.on("close", (status) => {
      const said = Buffer.concat(stderr).toString().replaceAll(progress, "")
      resolve({ status, stdout: Buffer.concat(stdout).toString(), stderr: said })
    })
    // A program that does not read its input to the end is no failure of the test.
    child.stdin.on("error", () => {})
    child.stdin.end(input)
  })

/** Runs `dwell`. */
export const dwell = (args: ReadonlyArray<string>, options?: RunOptions): Promise<Result> =>
  execute(process.execPath, [bundle, ...args], options)

/** Runs `dwell` where it must succeed and have nothing to say; gives what it printed. */
export const output = async (args: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await dwell(args, options)
  if (status !== 0 || stderr !== "") throw new Error(`dwell ${args.join(" ")} ended with ${status}: ${stderr}`)
  return stdout
}

/** Reads a document of `report --format json`; a key too many or too few is an error. */
export const parseReport = Schema.decodeUnknownSync(Schema.parseJson(Report.Document), { onExcessProperty: "error" })

/** A row with ordinary values where nothing else is asked. */
export const row = (given: Partial<Row>): Row => ({
  uid: 1n,
  uts: 0,
  agent: 7,
  status: "available",
  subcode: "",
  callid: 0n,
  ...given,
})

/** Rows as the vendor's raw JSON has them: every value is a text. */
export const vendorJson = (rows: ReadonlyArray<Row>): string =>
  JSON.stringify({
    success: true,
    total: rows.length,
    list: rows.map(({ agent, callid, status, subcode, uid, uts }) => ({
      uid: String(uid),
      uts: String(uts),
      agent: String(agent),
      status,
      subcode,
      callid: String(callid),
    })),
  })

/** Rows of a CSV text (RFC 4180, line feeds), header first. */
export const parseCsv = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/y
  const rows: Array<Array<string>> = [[]]
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text)
    if (found === null) throw new Error(`not CSV: ${text.slice(0, 200)}`)
    const [, quoted, plain, end] = found
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "")
    if (end === "\n") rows.push([])
  }
  return rows.slice(0, -1)
}

/** Numbers below a bound, the same for the same seed (mulberry32). */
export const random = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
