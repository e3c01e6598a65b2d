// Connecting on the screen: every step against a ContactNow on a socket, what is stored afterwards, and what stays secret.
import { nowhere } from "@dwell/testing/servers"
import { folder } from "@dwell/testing/scratch"
import { existsSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"
import { describe, expect, it } from "vitest"
import { keyOf } from "../../../src/screen/worker/protocol/question.ts"
import type { Answer, ConnectAnswer } from "../../../src/screen/worker/protocol/answer.ts"
import { configFile, modeOf, password, site, username } from "../../site.ts"
import { noon } from "../../time.ts"
import { dated, form, until, withWorker } from "./worker.ts"

const isConnect = (answer: Answer): answer is ConnectAnswer => answer._tag === "connect"
const isOver = (answer: Answer): boolean => isConnect(answer) && !answer.steps.some(({ state }) => state === "running")

/** A try's answers, none of which may tell the password. */
const tried = async (home: string, asked: ReturnType<typeof form>, env: Readonly<Record<string, string>> = {}) => {
  const all = await withWorker({ home, env }, (ask) => until(ask(asked), isOver))
  for (const secret of [
    asked.password,
    encodeURIComponent(asked.password),
    JSON.stringify(asked.password).slice(1, -1),
  ])
    expect(JSON.stringify(all)).not.toContain(JSON.stringify(secret).slice(1, -1))
  const answers = all.filter(isConnect)
  const last = answers.at(-1)
  if (last === undefined) throw new Error("no answer")
  return { answers, last, states: last.steps.map(({ state }) => state).join(" ") }
}

const ok = async () => {
  const at = await site()
  return { ...at, url: await dated(at.url, () => noon * 1000) }
}

describe("connecting", () => {
  it("one step after another goes well, and the account is stored for its owner alone", async () => {
    const { url } = await ok()
    const home = folder()
    const { answers, last } = await tried(home, form(url))
    expect(answers.map(({ steps }) => steps.map(({ state }) => state).join(" "))).toStrictEqual([
      "running waiting waiting waiting waiting",
      "done running waiting waiting waiting",
      "done done running waiting waiting",
      "done done done running waiting",
      "done done done done running",
      "done done done done done",
    ])
    expect(last).toMatchObject({ stored: "main", isUsable: true, problem: null })
    expect(last.steps.map(({ text }) => text)).toStrictEqual([
      `${url} answers (HTTP 200)`,
      "within 1 s of the server's",
      expect.stringMatching(/^valid until \d{4}-/),
      expect.stringMatching(/^[\d,]+ rows in the last (hour|day)$/),
      `as main in ${configFile(home)}, readable only by you`,
    ])
    expect(modeOf(configFile(home))).toBe("600")
    expect(JSON.parse(readFileSync(configFile(home), "utf8"))).toStrictEqual({
      default: "main",
      accounts: { main: { baseUrl: url, username, password, addresses: [], timezone: "Europe/London" } },
    })
  })

  it("a wrong password is said to be wrong, by whom it can be put right, and nothing is stored", async () => {
    const { url } = await ok()
    const home = folder()
    const { last, states } = await tried(home, form(url, { password: "not it, I'm afraid" }))
    expect(states).toBe("done done failed waiting waiting")
    expect(last.problem).toMatchObject({ title: "Wrong user name or password", actor: "you", isRetried: false })
    expect(last.stored).toBeNull()
    expect(existsSync(configFile(home))).toBe(false)
  })

  it("an address that may not ask is for an administrator to allow", async () => {
    const { emulator, url } = await ok()
    const home = folder()
    // Both the token that was got and its renewal are refused from here.
    for (let n = 0; n < 4; n++) emulator.faultOnce("wrongAddress")
    const { last, states } = await tried(home, form(url))
    expect(states).toMatch(/failed/)
    expect(last.problem?.actor).toBe("administrator")
    expect(existsSync(configFile(home))).toBe(false)
  })

  it("where nobody listens, network and base URL are to be checked", async () => {
    const url = `${nowhere}/`
    const { last, states } = await tried(folder(), form(url))
    expect(states).toBe("failed waiting waiting waiting waiting")
    expect(last.problem).toStrictEqual({
      title: "ContactNow can't be reached",
      message: `${url} does not answer. Check the network, and the region or base URL.`,
      actor: "you",
      isRetried: false,
    })
  })

  it("a clock that is wrong is told, and keeps nothing from being stored", async () => {
    const at = await site()
    for (const seconds of [95, -31, 30, -30]) {
      const url = await dated(at.url, () => (noon - seconds) * 1000)
      const { last, states } = await tried(folder(), form(url))
      const isTold = Math.abs(seconds) > 30
      expect(states).toBe(isTold ? "done failed done done done" : "done done done done done")
      expect(last.stored).toBe("main")
      const title = `This clock is ${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"} ContactNow's`
      expect(last.problem?.title).toBe(isTold ? title : undefined)
    }
  })

  it("credentials of the environment go before the account, which is stored all the same", async () => {
    const { url } = await ok()
    const home = folder()
    const env = { DWELL_USERNAME: "other", DWELL_PASSWORD: "another" }
    const { last } = await tried(home, form(url), env)
    expect(last).toMatchObject({ stored: "main", isUsable: false })
    expect(last.problem?.message).toContain("DWELL_USERNAME and DWELL_PASSWORD")
    expect(existsSync(configFile(home))).toBe(true)
  })

  it("of an account there is already, what the form leaves open stays", async () => {
    const { url } = await ok()
    const home = folder()
    await tried(home, form(url, { timezone: "America/New_York" }))
    await tried(home, form(url, { timezone: "" }))
    expect(JSON.parse(readFileSync(configFile(home), "utf8"))).toMatchObject({
      accounts: { main: { timezone: "America/New_York" } },
    })
  })

  it("what is asked next is answered by the account as it is stored now", async () => {
    const [one, other] = [await ok(), await ok()]
    const home = folder()
    const account = { kind: "account", name: null } as const
    const live = { _tag: "live", account, timezone: null } as const
    const isFloor = (answer: Answer) => answer._tag === "live" && answer.floor !== null
    await withWorker({ home }, (ask) =>
      Effect.gen(function* () {
        yield* until(ask(form(one.url)), isOver)
        yield* until(ask({ ...live, refreshCount: 0 }), isFloor)
        const before = one.emulator.requests.length
        yield* until(ask(form(other.url, { username: username, account: "other" })), isOver)
        const after = other.emulator.requests.length
        yield* until(ask({ ...live, account: { kind: "account", name: "other" }, refreshCount: 1 }), isFloor)
        expect(one.emulator.requests).toHaveLength(before)
        expect(other.emulator.requests.length).toBeGreaterThan(after)
      }),
    )
  })

  it("the key of a question tells tries apart, and does not hold the password", () => {
    const key = keyOf(form("eu"))
    expect(key).not.toContain(JSON.stringify(password).slice(1, -1))
    expect(keyOf(form("eu", { attempt: 2 }))).not.toBe(key)
  })
})
