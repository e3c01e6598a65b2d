/** What tests against a ContactNow share: emulators that listen on loopback, and runs that are seen to keep their secrets. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { type Emulator, make, type Options } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"
import type { Result } from "@dwell/testing/programs"
import { whenDone } from "@dwell/testing/resources"
import { file } from "@dwell/testing/scratch"
import { expect } from "vitest"
import { dwell, type RunOptions } from "./runner.ts"
import { noon } from "./time.ts"

// As a ContactNow key might be, and then some: quotes, percent signs, and what URLs and JSON would write otherwise.
export const username = "api user+Ω"
export const password = `p&ss=w%20rd+"q'\\<ß>/?#`
const tokenOf = (n: number) => `tok-${n}-Zg8+/=&xY`
export const from = Date.UTC(2026, 2, 9) / 1000
export const to = Date.UTC(2026, 2, 10) / 1000
/** Yesterday, as seen from the emulators' noon. */
export const yesterday = ["--now", `${noon}`, "--from", "yesterday", "--to", "today"]

export interface Site {
  readonly emulator: Emulator
  readonly url: string
  /** What a person sets to reach it. */
  readonly env: Readonly<Record<string, string>>
  /** Stops listening. */
  readonly leave: () => Promise<void>
}

/** An emulator that says in its replies what its own clock says, and not this machine's. */
const dated = ({ app }: Emulator, clock: () => number): { readonly app: Pick<Emulator["app"], "fetch"> } => ({
  app: {
    fetch: async (request, wire) => {
      const response = await app.fetch(request, wire)
      response.headers.set("date", new Date(clock() * 1000).toUTCString())
      return response
    },
  },
})

/** An emulator that listens, its clock at noon. */
export const site = async (options: Options = {}): Promise<Site> => {
  const clock = options.clock ?? (() => noon)
  const emulator = make({
    agents: 4,
    days: 9,
    clock,
    // The program's clock is not the emulator's: the token lasts by either.
    tokenLifetimeSeconds: 1_000_000_000,
    username,
    password,
    token: tokenOf,
    ...options,
  })
  const { close, url } = await serve(dated(emulator, clock), { port: 0 })
  let isOpen = true
  const leave = async () => {
    if (!isOpen) return
    isOpen = false
    await close()
  }
  whenDone(leave)
  const env = { DWELL_BASE_URL: url, DWELL_USERNAME: username, DWELL_PASSWORD: password }
  return { emulator, url, env, leave }
}

const secrets = [username, password, "tok-"].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ "": secret }).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
])

/** Runs `dwell`, in a home of its own unless told otherwise, and sees that it keeps its secrets. */
export const discreet = async (args: ReadonlyArray<string>, options?: RunOptions): Promise<Result> => {
  const result = await dwell(args, options)
  for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret)
  return result
}

/** A run that must succeed; gives what it printed. */
export const answered = async (args: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await discreet(args, options)
  expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" })
  return stdout
}

/** A run that must fail with one line; gives it. */
export const refused = async (code: number, args: ReadonlyArray<string>, options?: RunOptions): Promise<string> => {
  const { status, stderr, stdout } = await discreet(args, options)
  expect({ status, stdout }).toStrictEqual({ status: code, stdout: "" })
  expect(stderr).toMatch(/^[^\n]+\n$/)
  return stderr
}

export const tokensGot = ({ emulator }: Site): number =>
  emulator.requests.filter(({ params, script }) => script === "token" && params["action"] === "get").length

/** A table of everybody's name, for both sides of a comparison. */
export const namesOf = ({ emulator }: Site): string =>
  file(
    "agents.csv",
    ["agent,name,team", ...emulator.centre.agents.map(({ agentid, name, team }) => `${agentid},${name},${team}`)].join(
      "\n",
    ),
  )

/** The windows of `status_log` asked for so far, as the vendor was asked for them: with a second more at each end. */
export const spansAsked = ({ emulator }: Site, after = 0): ReadonlyArray<{ from: number; to: number }> =>
  emulator.requests
    .slice(after)
    .flatMap(({ params }) =>
      params["method"] === "status_log" ? [{ from: Number(params["tstart"]) + 1, to: Number(params["tstop"]) }] : [],
    )

export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

export const configFile = (home: string) => join(home, "config", "dwell", "config.json")
export const dataFolder = (home: string) => join(home, "data", "dwell")
export const tokenFolder = (home: string) => join(home, "cache", "dwell", "tokens")

/** The store of the only account that has one. */
export const storeFile = (home: string): string => {
  const stores = readdirSync(dataFolder(home)).filter((name) => name.endsWith(".sqlite"))
  expect(stores).toHaveLength(1)
  return join(dataFolder(home), stores[0] ?? "")
}
