/**
 * The programs as processes: `dwell-api serve`, and `dwell` in a home of its own.
 *
 * Shape    what they keep is in one folder, which goes when the tests end
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"

const programOf = (app: string, name: string): string =>
  fileURLToPath(new URL(`../../../apps/${app}/dist/${name}.js`, import.meta.url))
const dwellProgram = programOf("tui", "dwell")
const apiProgram = programOf("api", "dwell-api")

const scratch = mkdtempSync(join(tmpdir(), "dwell-e2e-"))
const closing: Array<() => Promise<unknown>> = []
/** Ends something when the tests have ended. */
export const whenDone = (close: () => Promise<unknown>): void => void closing.push(close)
afterAll(async () => {
  await Promise.all(closing.map((close) => close()))
  rmSync(scratch, { recursive: true, force: true })
})

const folder = (): string => mkdtempSync(join(scratch, "folder-"))

type Variables = Readonly<Record<string, string>>

const environment = (home: string, more: Variables): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  HOME: home,
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_CACHE_HOME: join(home, "cache"),
  XDG_DATA_HOME: join(home, "data"),
  NODE_COMPILE_CACHE: join(scratch, "compiled"),
  TZ: "UTC",
  ...more,
})

interface Result {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a program; gives its process, and what becomes of it. */
const started = (program: string, args: ReadonlyArray<string>, home: string, env: Variables) => {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  })
  const stdout: Array<Buffer> = []
  const stderr: Array<Buffer> = []
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
  const ended = once(child, "close").then((): Result => {
    const said = Buffer.concat(stderr).toString()
    // How far it is: a busy machine is no failure.
    const withoutProgress = said.replaceAll(/^(Reading|Pushing) .*\n/gm, "")
    return { status: child.exitCode, stdout: Buffer.concat(stdout).toString(), stderr: withoutProgress }
  })
  return { child, ended, said: () => Buffer.concat(stderr).toString() }
}

const mustSucceed = async (what: string, ended: Promise<Result>): Promise<string> => {
  const { status, stderr, stdout } = await ended
  if (status !== 0) throw new Error(`${what} ended with ${status}: ${stderr}`)
  return stdout
}

export interface Api {
  readonly url: string
  /** Makes a key; `scope` as its command takes it. */
  readonly key: (scope: string, account?: string) => Promise<string>
  /** Ends it by a signal; gives what became of it. */
  readonly end: (signal: NodeJS.Signals) => Promise<Result>
}

/** Runs `dwell-api` to its end. */
export const dwellApi = (args: ReadonlyArray<string>): Promise<Result> => started(apiProgram, args, folder(), {}).ended

/** An API with nothing in it, once it is ready. */
export const serveApi = async (): Promise<Api> => {
  const data = folder()
  const { child, ended, said } = started(apiProgram, ["serve", "--data", data, "--port", "0"], data, {
    DWELL_REQUESTS_PER_MINUTE: "1000000",
  })
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  whenDone(() => end("SIGTERM"))
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", () => {
      const found = /listens on (http:\/\/[\d.:]+)/.exec(said())?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(({ stderr }) => reject(new Error(`dwell-api ended: ${stderr}`)))
  })
  while ((await fetch(`${url}/readyz`)).status !== 200);
  const key = async (scope: string, account = "*"): Promise<string> => {
    const args = ["keys", "create", "--data", data, "--name", "tests", "--scope", scope, "--account", account]
    return (await mustSucceed("dwell-api keys", started(apiProgram, args, data, {}).ended)).trim()
  }
  return { url, key, end }
}

export interface Dwell {
  readonly home: string
  readonly data: string
  /** Starts it. */
  readonly start: (args: ReadonlyArray<string>, env?: Variables) => ReturnType<typeof started>
  readonly run: (args: ReadonlyArray<string>, env?: Variables) => Promise<Result>
  /** Runs it where it must succeed; gives what it printed. */
  readonly print: (args: ReadonlyArray<string>, env?: Variables) => Promise<string>
}

/** A home whose accounts all are of one vendor; the first one is the default. */
export const liveIn = (names: readonly [string, ...ReadonlyArray<string>], vendor: object): Dwell => {
  const home = folder()
  const config = join(home, "config", "dwell")
  mkdirSync(config, { recursive: true })
  const accounts = Object.fromEntries(names.map((name) => [name, vendor]))
  writeFileSync(join(config, "config.json"), JSON.stringify({ default: names[0], accounts }), { mode: 0o600 })
  const start: Dwell["start"] = (args, env = {}) => started(dwellProgram, args, home, env)
  return {
    home,
    data: join(home, "data", "dwell"),
    start,
    run: (args, env) => start(args, env).ended,
    print: (args, env) => mustSucceed(`dwell ${args.join(" ")}`, start(args, env).ended),
  }
}
