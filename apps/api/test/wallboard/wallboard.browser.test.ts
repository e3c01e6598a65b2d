/**
 * The wallboard in a real browser: it loads under its policy, goes live, lives through broken connections, and is there for
 * keyboards, screen readers, telephones and walls.
 *
 * With DWELL_PICTURES=FOLDER what it looks like is written there.
 */
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { whenDone } from "@dwell/testing/resources"
import axe from "axe-core"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { sortAgents } from "../../src/web/views/floorModel.ts"
import { type Site, site } from "./site.ts"

const executablePath = process.env["DWELL_CHROMIUM"] ?? "/usr/bin/chromium"
const reason = existsSync(executablePath)
  ? ""
  : ` (skipped: no ${executablePath}; install chromium or set DWELL_CHROMIUM)`

const into = process.env["DWELL_PICTURES"]

/** Only against hanging: a busy machine is no failure. */
const patienceMillis = 60_000

let browser: Browser
let served: Site
/** What a browser keeps of a session. */
let session: Exclude<BrowserContextOptions["storageState"], undefined>

const signIn = async (page: Page, key: string): Promise<void> => {
  await page.goto(served.base)
  await page.getByLabel("Account").fill(served.account)
  await page.getByLabel("Key").fill(key)
  await page.getByRole("button", { name: "Sign in" }).click()
}

const nobody = { cookies: [], origins: [] }

/** Sees a page, and holds it to an empty console and its policy. */
const seen = async <A>(
  path: string,
  options: BrowserContextOptions,
  see: (page: Page) => Promise<A>,
  expected: ReadonlyArray<RegExp> = [],
): Promise<A> => {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    storageState: session,
    ...options,
  })
  context.setDefaultTimeout(patienceMillis)
  const complaints: Array<string> = []
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  context.on("weberror", (error) => complaints.push(error.error().message))
  try {
    const page = await context.newPage()
    // What a page leaves behind when it goes is no failure.
    page.on("requestfailed", (request) => {
      const text = request.failure()?.errorText ?? ""
      if (text !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${text}`)
    })
    await page.goto(`${served.base}${path}`)
    const result = await see(page)
    expect(complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))).toStrictEqual([])
    return result
  } finally {
    await context.close()
  }
}

const cardIds = (page: Page) =>
  page.locator(".agent").evaluateAll((cards) => cards.map(({ dataset }) => dataset["agent"]))
const listed = async () => sortAgents((await served.snapshot()).agents).map(({ agent }) => String(agent))
/** The last in the list who does something that a category names. */
const last = async () => {
  const found = sortAgents((await served.snapshot()).agents).findLast(({ category }) => category !== "other")
  if (found === undefined) throw new Error("everyone does something else")
  return found.agent
}

const connection = (page: Page) => page.getByRole("status")
const isLive = (page: Page) => page.waitForFunction(() => document.body?.dataset["connection"] === "live")

const everyRule: ReadonlyArray<string> = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
/** The rules whose answer depends on colours; the others' do not. */
const colourRules: ReadonlyArray<string> = ["color-contrast", "link-in-text-block"]

const noRules: ReadonlyArray<string> = []

/** What axe finds wrong. */
const faults = async (page: Page, run = everyRule): Promise<ReadonlyArray<string>> => {
  if (run.length === 0) return []
  // A string is evaluated past the page's policy.
  await page.evaluate(axe.source)
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(run)} })` +
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
      args: [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--in-process-gpu",
        "--renderer-process-limit=1",
      ],
    })
    whenDone(() => browser.close())
    const context = await browser.newContext()
    context.setDefaultTimeout(patienceMillis)
    const page = await context.newPage()
    await signIn(page, (await served.keyOf()).key)
    await page.getByRole("heading", { name: served.account }).waitFor()
    session = await context.storageState()
    await context.close()
  })
  afterEach(() => served.refuse(false))

  it("shows what an event says, in the tile and in the card, without a word on the console", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      const agent = await last()
      const tile = page.locator('.tile[data-role="other"]')
      const card = page.locator(`.agent[data-agent="${agent}"]`)
      const others = Number(await tile.locator(".number").textContent())
      const known = await page.locator('[data-part="as-of"]').textContent()
      await served.go({ [agent]: "training" })
      await card.locator(".status", { hasText: "training" }).waitFor()
      expect(await card.locator(".name").textContent()).toMatch(/^[A-Z]/)
      expect(Number(await tile.locator(".number").textContent())).toBe(others + 1)
      expect(await tile.locator(".parts").textContent()).toContain("training 1")
      expect(await page.locator('[data-part="as-of"]').textContent()).not.toBe(known)
      // Now one of the others, which come before those offline.
      expect(await cardIds(page)).toStrictEqual(await listed())
    }))

  it("says that a connection broke, continues where it stopped, and is live again", () =>
    seen(
      "/",
      {},
      async (page) => {
        const agent = await last()
        const doing = (status: string) =>
          page.locator(`.agent[data-agent="${agent}"] .status`, { hasText: status }).waitFor()
        // It has heard something, after which it can go on.
        await served.go({ [agent]: "training" })
        await doing("training")
        const said: Array<string> = []
        await page.exposeFunction("hear", (text: string) => said.push(text))
        await page.evaluate(
          "new MutationObserver(() => hear(document.querySelector('[role=status]').textContent)).observe(document.querySelector('[role=status]'), { childList: true, characterData: true, subtree: true })",
        )
        const streams = served.streams.length
        served.drop()
        // What happens meanwhile is not lost.
        await served.go({ [agent]: "meeting" })
        await doing("meeting")
        expect(served.streams.slice(streams)).toStrictEqual([expect.stringMatching(/\.\d+$/)])
        await served.go({ [agent]: "offline" })
        await doing("offline")
        // Each once: a screen reader is told of changes, not of every event.
        expect(said).toStrictEqual(["Reconnecting", "Connected, nothing new"])
      },
      [/ERR_/],
    ))

  it("tries another connection when nothing arrives, then says that it is stale, and keeps its pictures", () =>
    seen(
      "/",
      {},
      async (page) => {
        await page.clock.install()
        await page.reload({ waitUntil: "networkidle" })
        await isLive(page)
        const streams = served.streams.length
        served.refuse(true)
        await page.clock.runFor(46_000)
        await page.clock.runFor(16_000)
        await connection(page)
          .getByText(/^Stale: nothing heard since \d\d:\d\d:\d\d$/)
          .waitFor()
        expect(
          await page
            .locator("img")
            .evaluateAll((images) => images.map((image) => "naturalWidth" in image && image.naturalWidth)),
        ).not.toContain(0)
        served.refuse(false)
        await page.clock.runFor(120_000)
        await isLive(page)
        expect(served.streams.length).toBeGreaterThan(streams)
      },
      [/503/],
    ))

  it("asks for the key again when the first event after its revocation arrives", () =>
    seen(
      "/",
      { storageState: nobody },
      async (page) => {
        const { info, key } = await served.keyOf()
        await signIn(page, key)
        await isLive(page)
        const heard = await listed()
        await served.revoke(info.id)
        await served.go({ [await last()]: "training" })
        await page.getByLabel("Key").waitFor()
        expect(heard).not.toStrictEqual(await listed())
        expect(await page.getByRole("alert").textContent()).toContain("sign in again")
      },
      [/ERR_/, /401/],
    ))

  it("signs out on every page of the session", () =>
    seen(
      "/",
      { storageState: nobody },
      async (page) => {
        await signIn(page, (await served.keyOf()).key)
        await isLive(page)
        const other = await page.context().newPage()
        await other.goto(served.base)
        await other.getByRole("button", { name: "Sign out" }).click()
        await other.getByLabel("Key").waitFor()
        expect(await other.getByRole("alert").count()).toBe(0)
        await served.go({ [await last()]: "training" })
        await page.getByLabel("Key").waitFor()
      },
      [/ERR_/, /401/],
    ))

  it("draws the pictures again each minute, up to what is known then", () =>
    seen("/", {}, async (page) => {
      await page.clock.install()
      await page.reload({ waitUntil: "networkidle" })
      await isLive(page)
      const shown = () =>
        page
          .locator("img")
          .evaluateAll((images) => images.map((image) => ("currentSrc" in image ? String(image.currentSrc) : "")))
      const addresses = await shown()
      const drawn = () =>
        Promise.all(
          addresses.map(async (address) => `data:image/svg+xml,${encodeURIComponent(await served.picture(address))}`),
        )
      const before = await drawn()
      await served.go({ [await last()]: "training" })
      const after = await drawn()
      expect(after.filter((text) => before.includes(text))).toStrictEqual([])
      await page.clock.runFor(60_000)
      await expect.poll(shown, { timeout: patienceMillis }).toStrictEqual(after)
    }))

  it("has no fault that axe finds, and fits the screen, on every kind of screen", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      for (const { colorScheme, name, rules, ...size } of [
        { name: "wallboard", rules: everyRule, colorScheme: "light", width: 1440, height: 900 },
        { name: "wallboard-dark", rules: colourRules, colorScheme: "dark", width: 1440, height: 900 },
        { name: "wallboard-phone", rules: everyRule, colorScheme: "light", width: 390, height: 844 },
        { name: "wallboard-small", rules: noRules, colorScheme: "dark", width: 320, height: 568 },
        { name: "wallboard-tablet", rules: noRules, colorScheme: "light", width: 820, height: 1180 },
        { name: "wallboard-wall", rules: noRules, colorScheme: "dark", width: 3840, height: 2160 },
      ] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize(size)
        await picture(page, name)
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(size.width)
        expect.soft(await faults(page, rules), name).toStrictEqual([])
      }
    }))

  it("shows a floor of 200 agents at once on a wall", () =>
    seen("/", { viewport: { width: 3840, height: 2160 }, colorScheme: "dark" }, async (page) => {
      await isLive(page)
      await page.evaluate(() => {
        const list = document.querySelector("ol.agents")
        for (let { length = 0 } = list?.children ?? {}; length < 200; length++) {
          list?.append(list.children[0]?.cloneNode(true) ?? "")
        }
      })
      const lowest = await page.locator(".agent").nth(199).boundingBox()
      expect((lowest?.y ?? Infinity) + (lowest?.height ?? 0)).toBeLessThan(2160)
      await picture(page, "wallboard-many")
    }))

  it("has no fault that axe finds on the sign-in page, or when a range is wrong", () =>
    seen(
      "/",
      { storageState: nobody },
      async (page) => {
        await picture(page, "sign-in")
        expect(await faults(page)).toStrictEqual([])
        await signIn(page, "nobody's")
        expect(await page.getByRole("alert").textContent()).toContain("no key that may read this account")
        // Its styles count, too.
        await page.waitForLoadState()
        expect(await faults(page)).toStrictEqual([])
        await signIn(page, (await served.keyOf()).key)
        await isLive(page)
        await page.goto(`${served.base}/?from=tomorow`)
        expect(await page.getByRole("alert").textContent()).toContain("tomorow")
        await page.waitForLoadState()
        await picture(page, "problem")
        expect(await faults(page)).toStrictEqual([])
      },
      [/403/],
    ))

  it("lets the keyboard reach every control, and shows which one has the focus", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      const controls = await page.locator("a, button, input, select, summary, [tabindex='0']").count()
      const reached = new Set<string>()
      for (let press = 0; press < controls; press++) {
        await page.keyboard.press("Tab")
        reached.add(
          await page.evaluate(() => {
            const at = document.activeElement
            return at === null || getComputedStyle(at).outlineStyle === "none" ? "" : at.outerHTML.slice(0, 200)
          }),
        )
      }
      expect(reached).not.toContain("")
      expect(reached.size).toBe(controls)
    }))

  it("keeps the focus where it is when cards move", () =>
    seen("/", {}, async (page) => {
      await isLive(page)
      await page.getByLabel("From").focus()
      const before = await cardIds(page)
      const agent = await last()
      await served.go({ [agent]: "call" })
      await page.locator(`.agent[data-agent="${agent}"] .status`, { hasText: "call" }).waitFor()
      const after = await cardIds(page)
      expect(after).toStrictEqual(await listed())
      expect(after).not.toStrictEqual(before)
      expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("from")
    }))

  it("is complete without JavaScript, and says that it is not live", () =>
    seen("/", { javaScriptEnabled: false }, async (page) => {
      expect(await connection(page).textContent()).toBe("Not live, nothing new")
      expect(await page.locator('[data-part="lag"]').textContent()).toMatch(/^for \d+ min$/)
      expect(await page.locator(".agent .lasting").first().textContent()).toMatch(/\d:\d\d:\d\d/)
      await page.getByLabel("From").fill("tomorow")
      await page.getByRole("button", { name: "Show" }).click()
      expect(await page.getByRole("alert").textContent()).toContain("tomorow")
      expect(await page.getByLabel("From").inputValue()).toBe("tomorow")
      await page.getByRole("link", { name: "Last 7 days" }).click()
      expect(new URL(page.url()).searchParams.get("from")).toBe("-7d")
      expect(await page.getByRole("columnheader", { name: "Occupancy" }).getAttribute("title")).toContain(
        "= (handling + after call)",
      )
    }))

  it("draws the reference of the API under its content security policy", () =>
    seen("/docs", {}, async (page) => {
      const operation = page.getByRole("button", { name: /staffing\.svg/ }).first()
      await operation.click()
      const description = page.getByText("Stacked averages of the steps.").first()
      await description.waitFor()
      expect(await description.isVisible()).toBe(true)
      await picture(page, "docs")
    }))
})
