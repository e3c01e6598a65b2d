// Bad days, in the whole program: a banner says what it means and who must act, and what was known stays.
import { dwell } from "../runner.ts"
import { folder } from "@dwell/testing/scratch"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, it } from "vitest"
import type { Problem } from "../../src/screen/worker/protocol/problem.ts"
import { problemText } from "../../src/screen/app/banners.ts"
import { password, storeFile, tokensGot } from "../site.ts"
import { noon, timeFrom } from "../time.ts"
import { running, screens } from "./program.ts"

/** A home in which the floor was watched until noon. */
const watched = async (options = {}) => {
  const vendor = await running(options)
  const home = folder()
  // A minute is missing, so that the vendor is asked again.
  const until = noon - 60
  const args = ["sync", "--from", `${until - 43_200}`, "--to", `${until}`]
  const { status } = await dwell(args, { env: vendor.env, home, time: timeFrom(until) })
  expect(status).toBe(0)
  return { vendor, home }
}

/** The calls of those on the screen: what must never become 0 for want of an answer. */
const people = (text: string): number => (text.match(/^.{0,2} ?70\d{4} /gm) ?? []).length

it("wrong credentials show who has to act, and no figures", async () => {
  const { env, now } = await running()
  const screen = await screens({ env: { ...env, DWELL_PASSWORD: "another" }, at: now() })
  await screen.until(/Wrong user name or password\./)
  await screen.until(/You can fix it\.[^]*Press r to try again\./)
  expect(people(screen.text())).toBe(0)
  expect(screen.text()).not.toMatch(/\b0 events/)
})

it("a vendor that is down leaves the last figures, with their age, and is asked again", async () => {
  const { home, vendor } = await watched()
  await vendor.leave()
  const screen = await screens({ env: vendor.env, home, at: vendor.now() + 3600, speed: 20 })
  await screen.until(/ContactNow can't be reached/)
  await screen.until(/Dwell tries again\./)
  expect(screen.text()).toMatch(/The figures are \d:\d\d:\d\d old\./)
  expect(people(screen.text())).toBeGreaterThan(15)
  expect(screen.text()).toMatch(/As of 11:59:00, \d:\d\d:\d\d ago/)
})

it("an address that is not allowed shows that the administrator has to act", async () => {
  const { home, vendor } = await watched()
  // A token that was got elsewhere is asked for again, once.
  vendor.emulator.replay("status-log-wrong-ip-json")
  vendor.emulator.replay("status-log-wrong-ip-json")
  const screen = await screens({ env: vendor.env, home, at: vendor.now() })
  await screen.until(/This address is not allowed\./)
  await screen.until(/administrator has to act/)
  await screen.after("!", /login --account NAME --address/)
  await screen.after("escape", /Day so far/)
  expect(people(screen.text())).toBeGreaterThan(15)
})

it("a token that has expired is replaced without a banner", async () => {
  const { home, vendor } = await watched()
  const before = tokensGot(vendor)
  vendor.emulator.replay("status-log-expired-json")
  const screen = await screens({ env: vendor.env, home, at: vendor.now() })
  await screen.until(/now · [\d,]+ events/)
  expect(tokensGot(vendor)).toBe(before + 1)
  expect(screen.text()).not.toContain("▲ The token")
})

it("a store that another program writes to for long is named, and read again", async () => {
  const { home, vendor } = await watched()
  const database = new DatabaseSync(storeFile(home))
  database.exec("BEGIN IMMEDIATE")
  const screen = await screens({ env: vendor.env, home, at: vendor.now(), speed: 20 })
  await screen.until(/The store is in use\./)
  expect(people(screen.text())).toBeGreaterThan(15)
  database.exec("ROLLBACK")
  database.close()
  await screen.until((text) => !text.includes("The store is in use."))
})

it("an unknown account is named, with those there are", async () => {
  const screen = await screens({ account: "nobody" })
  await screen.until(/"nobody" is not an account/)
})

describe("no secret is ever on the screen", () => {
  it("with credentials from the environment", async () => {
    const { env, now } = await running()
    const screen = await screens({ env, at: now() })
    await screen.until(/\d events/)
    for (const key of "23456") screen.press(key)
    await screen.until(/User name/)
    screen.press("ctrl-c")
    await screen.ended
    expect(screen.written()).not.toContain(password)
    expect(screen.written()).not.toContain("tok-")
  })
})

it.each<Problem & { says: RegExp }>([
  { title: "A", message: "B.", actor: "you", isRetried: true, says: /^A\. You can fix it\. Dwell tries again\. B\.$/ },
  { title: "A", message: "B.", actor: "none", isRetried: true, says: /^A\. Dwell tries again\. B\.$/ },
  {
    title: "A",
    message: "B.",
    actor: "vendor",
    isRetried: false,
    says: /^A\. 8x8 has to act\. Press r to try again\. B\.$/,
  },
  {
    title: "A",
    message: "B.",
    actor: "administrator",
    isRetried: false,
    says: /^A\. Your ContactNow administrator has to act\. Press r to try again\. B\.$/,
  },
])("a problem in words: $actor, $isRetried", ({ says, ...problem }) => {
  expect(problemText(problem)).toMatch(says)
})
