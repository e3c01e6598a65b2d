// Connecting on the screen: every step against a ContactNow on a socket, and what is kept of it afterwards.
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { folder } from "../support.ts"
import { configFile, modeOf, password, site, username } from "../site.ts"
import { type Answer, type ConnectAnswer } from "../../src/screen/desk/Question.ts"
import { form, until, withDesk } from "./desk.ts"

const isConnect = (answer: Answer): answer is ConnectAnswer => answer._tag === "connect"
const isOver = (answer: Answer): boolean => isConnect(answer) && !answer.steps.some(({ state }) => state === "running")

const tried = (home: string, asked: ReturnType<typeof form>, env: Readonly<Record<string, string>> = {}) =>
  withDesk(home, (ask) => until(ask(asked), isOver), env).then((all) => all.filter(isConnect))

describe("connecting", () => {
  test("all steps go well, one after another, and the account is stored for its owner alone", async () => {
    const { url } = await site()
    const home = folder()
    const all = await tried(home, form(url))
    console.log(JSON.stringify(all, null, 1))
    expect(modeOf(configFile(home))).toBe("600")
  })
})
