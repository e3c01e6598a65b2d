/**
 * The wallboard in a real browser: it loads under its policy, goes live, lives through broken connections, and is there for
 * keyboards, screen readers, telephones and walls.
 *
 * With DWELL_PICTURES=FOLDER what it looks like is written there.
 */
import { existsSync, mkdirSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { snapshot } from "../centre.ts"
import { type Site, site } from "./site.ts"

const executablePath = process.env["DWELL_CHROMIUM"] ?? "/usr/bin/chromium"
const reason = existsSync(executablePath) ? "" : ` (skipped: no ${executablePath}; install chromium or set DWELL_CHROMIUM)`

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js")
const into = process.env["DWELL_PICTURES"]

let browser: Browser
let served: Site

/** Sees a page, and holds it to an empty console and its policy. */
const seen = async <A>(
  path: string,
  options: BrowserContextOptions,
  see: (page: Page) => Promise<A>,
  expected: ReadonlyArray<RegExp> = [],
): Promise<A> => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  context.setDefaultTimeout(10_000)
  const complaints: Array<string> = []
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  context.on("weberror", (error) => complaints.push(error.error().message))
  try {
    const page = await context.newPage()
    page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`))
    await page.goto(`${served.base}${path}`)
    const result = await see(page)
    expect(complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))).toStrictEqual([])
    return result
  } finally {
    await context.close()
  }
}

const connection = (page: Page) => page.getByRole("status")
const isLive = (page: Page) => page.waitForFunction(() => document.body.dataset["connection"] === "live")

/** What axe finds wrong. */
const faults = async (page: Page): Promise<ReadonlyArray<string>> => {
  // A string is evaluated past the page's policy.
  await page.evaluate(await (await import("node:fs/promises")).readFile(axe, "utf8"))
  const found: unknown = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })" +
      ".then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)))",
  )
  return Array.isArray(found) ? found.map(String) : ["axe said nothing"]
}

const picture = async (page: Page, name: string): Promise<void> => {
  if (into === undefined) return
  mkdirSync(into, { recursive: true })
  await page.screenshot({ path: join(into, `${name}.png`) })
}

describe.skipIf(reason !== "")(`the wallboard in Chromium${reason}`, () => {
  beforeAll(async () => {
    served = await site()
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    })
  })
  afterAll(async () => {
    await browser.close()
    await served.close()
  })

  it("shows what an event says, in the tile and in the card, without a word on the console", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      const before = snapshot()
      const [someone] = before.agents.filter(({ category }) => category === "offline")
      if (someone === undefined) throw new Error("nobody is offline")
      const tile = page.locator('.tile[data-role="other"]')
      const card = page.locator(`.agent[data-agent="${someone.agent}"]`)
      expect(await card.locator(".status").textContent()).toBe("offline")
      const others = Number(await tile.locator(".number").textContent())
      served.say("change", {
        at: { ...before.at, instant: before.at.now + 20, now: before.at.now + 20 },
        statuses: [...before.statuses, { status: "coaching", category: "other", agents: 1 }],
        untracked: before.untracked,
        agents: [
          { ...someone, status: "coaching", category: "other", since: before.at.now, visitSince: before.at.now },
        ],
      })
      await card.locator(".status", { hasText: "coaching" }).waitFor()
      expect(Number(await tile.locator(".number").textContent())).toBe(others + 1)
      expect(await tile.locator(".parts").textContent()).toContain("coaching 1")
      expect(await page.locator('[data-part="as-of"]').textContent()).toBe("14:40:20")
      // Among the others, and those come after the idle and before the offline.
      expect(await page.locator(".agent").evaluateAll((cards) => cards.map(({ dataset }) => dataset["role"]))).toStrictEqual(
        (await page.locator(".agent").evaluateAll((cards) => cards.map(({ dataset }) => dataset["role"] ?? ""))).toSorted(
          (one, other) => order.indexOf(one) - order.indexOf(other),
        ),
      )
    }))

  it("says that a connection broke, takes up where it was, and is live again", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      const said: Array<string> = []
      await page.exposeFunction("hear", (text: string) => said.push(text))
      await page.evaluate(
        "new MutationObserver(() => hear(document.querySelector('[role=status]').textContent)).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })",
      )
      const streams = served.streams.length
      served.drop()
      await page.waitForFunction(() => document.body.dataset["connection"] === "reconnecting")
      await isLive(page)
      expect(served.streams.length).toBe(streams + 1)
      expect(Number(served.streams.at(-1)?.lastEventId)).toBeGreaterThan(0)
      const { agents, at, statuses } = snapshot()
      served.say("change", { at: { ...at, now: at.now + 60 }, statuses, untracked: 7, agents: agents.slice(0, 0) })
      await page.locator('.tile[data-role="untracked"] .number', { hasText: "7" }).waitFor()
      // Each once: a screen reader is told of changes, not of every event.
      expect(said).toStrictEqual(["Reconnecting", "Live"])
    }, [/ERR_/, /live failed/]))
})

const order = ["handling", "afterCall", "available", "idle", "other", "offline", "untracked"]
export { faults, picture, connection }
