/** `dwell-api serve` as a process, and `dwell` in a home of its own, in this process or as another one. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { execute, type Result, start } from "@dwell/testing/programs"
import { folder } from "@dwell/testing/scratch"
import { issue, type Wanted } from "../../../apps/api/test/Api.ts"
import { adminKey } from "../../../apps/api/test/SocketApi.ts"
import { dwell } from "../../../apps/tui/test/runner.ts"

const programOf = (app: string, name: string): string =>
  fileURLToPath(new URL(`../../../apps/${app}/dist/${name}.js`, import.meta.url))
const dwellProgram = programOf("tui", "dwell")
const apiProgram = programOf("api", "dwell-api")

type Variables = Readonly<Record<string, string>>

const mustSucceed = async (what: string, ended: Promise<Result>): Promise<string> => {
  const { status, stderr, stdout } = await ended
  if (status !== 0) throw new Error(`${what} ended with ${status}: ${stderr}`)
  return stdout
}

export interface Api {
  readonly url: string
  /** The folder of its stores and keys. */
  readonly data: string
  /** Makes a key over HTTP. */
  readonly key: (wanted: Wanted) => Promise<string>
  /** Ends it by a signal; gives what became of it. */
  readonly end: (signal: NodeJS.Signals) => Promise<Result>
}

/** Starts `dwell-api`. */
export const startApi = (args: ReadonlyArray<string>, env: Variables = {}) => start(apiProgram, args, { env })

/** Runs `dwell-api` to its end. */
export const dwellApi = (args: ReadonlyArray<string>, env: Variables = {}): Promise<Result> =>
  execute(apiProgram, args, { env })

/** An API with nothing in it. */
export const serveApi = async (): Promise<Api> => {
  const data = folder()
  const env = { DWELL_REQUESTS_PER_MINUTE: "1000000", DWELL_ADMIN_KEY: adminKey }
  const { end, said, until } = startApi(["serve", "--data", data, "--port", "0"], env)
  await until(/listens on \S+,/, "stderr")
  const url = /listens on (http:\/\/[\d.:]+)/.exec(said.stderr)?.[1]
  if (url === undefined) throw new Error(`dwell-api does not say where it listens: ${said.stderr}`)
  const api = { adminKey, fetch: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init) }
  return { url, data, key: async (wanted) => (await issue(api, wanted)).key, end }
}

export interface Dwell {
  readonly home: string
  readonly data: string
  /** Starts it as a process. */
  readonly start: (args: ReadonlyArray<string>, env?: Variables) => ReturnType<typeof start>
  /** Runs it in this process. */
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
  const begin: Dwell["start"] = (args, env = {}) => start(dwellProgram, args, { home, env })
  const run: Dwell["run"] = (args, env = {}) => dwell(args, { home, env })
  return {
    home,
    data: join(home, "data", "dwell"),
    start: begin,
    run,
    print: (args, env) => mustSucceed(`dwell ${args.join(" ")}`, run(args, env)),
  }
}
