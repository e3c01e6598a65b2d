import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { dark, light, type Palette, roles } from "../../src/web/charts/palette.ts"
import { decodeLiveMessage } from "../../src/web/browser/liveMessages.ts"
import { age } from "../../src/web/views/format.ts"
import { asOfText, sortAgents, visitText, roleOf, durationsEnd, tiles } from "../../src/web/views/floorModel.ts"
import { docs } from "../../src/web/views/docs.tsx"
import { signIn } from "../../src/web/views/signIn.tsx"
import { wallboard, type WallboardProps } from "../../src/web/views/wallboard.tsx"
import { now, report, snapshot, zone } from "../centre.ts"

const nasty = `<script>alert(1)</script>&"'`
const pictures = { wide: "/wide.svg?a=1&b=2", narrow: "/narrow.svg", phone: "/phone.svg", summary: nasty }

const props: WallboardProps = {
  account: nasty,
  timezone: zone,
  now,
  snapshot: { ...snapshot(), agents: snapshot().agents.map((agent) => ({ ...agent, name: nasty, status: nasty })) },
  report: { ...report, agents: report.agents.map((agent) => ({ ...agent, name: nasty })) },
  asked: { from: nasty, to: nasty, tz: nasty, bucket: nasty },
  pictures: { staffing: pictures, timeline: pictures },
  problem: nasty,
}

const pages = { wallboard: wallboard(props), signIn: signIn({ account: nasty, problem: nasty }), docs: docs() }

describe("a page", () => {
  it.each(Object.entries(pages))("%s has nothing inline and loads nothing from another site", (_, html) => {
    expect(html).not.toMatch(/<script(?![^>]* src="\/assets\/)/)
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    expect(html).not.toMatch(/(?:src|href|action)="(?!\/(?!\/)|#)/)
    expect(html).not.toContain(nasty)
  })

  it("says when nothing is known of an account yet", () => {
    const html = wallboard({ ...props, snapshot: null, report: null, problem: null })
    expect(html).toContain("nothing has been read yet")
    expect(html).not.toContain('<p class="empty" hidden')
    expect(html).not.toContain("<table>")
  })

  it("has buckets if they were asked for", () => {
    const buckets = [
      { start: now, end: now + 900, label: "2026-03-10T14:40+00:00", agent: 1, status: "call", seconds: 61 },
    ]
    const html = wallboard({ ...props, report: { ...report, buckets } })
    expect(html).toContain("2026-03-10 14:40+00:00")
    expect(html).toContain("<td>0:01:01</td>")
  })

  it("has the colours of the pictures", () => {
    const css = readFileSync("src/web/browser/static/wallboard.css", "utf8")
    const [first = "", second = ""] = css.split("prefers-color-scheme: dark")
    const has = (part: string, { faint, ink, line, paper, roles: fills }: Palette) => {
      for (const [name, colour] of Object.entries({ faint, ink, line, paper, ...fills })) {
        expect(part).toContain(`--${name}: ${colour};`)
      }
    }
    has(first, light)
    has(second, dark)
  })
})

describe("a wallboard whose log ends long ago", () => {
  const late = (seconds: number) => wallboard({ ...props, snapshot: snapshot(), now: now + seconds, problem: null })
  const durations = (html: string) => [...html.matchAll(/class="lasting">([^<]*)/g)].map(([, text]) => text)

  it.each([121, 86_400, 363 * 86_400])(
    "stops its durations, is muted and says its age without script: %d s",
    (seconds) => {
      const html = late(seconds)
      expect(durations(html)).toStrictEqual(durations(late(0)))
      expect(html).toContain('<body class="old"')
      expect(html).toContain(`>for ${age(seconds)}</span>`)
      expect(html).toContain("Not live, nothing new")
    },
  )

  it("is not old for the first two minutes", () => {
    expect(durations(late(120))).not.toStrictEqual(durations(late(0)))
    expect(late(120)).not.toMatch(/class="old"|nothing new/)
    expect([durationsEnd(100, 220), durationsEnd(100, 221)]).toStrictEqual([220, 100])
  })

  it("shows the date if that is another day in the zone", () => {
    expect(asOfText("2026-03-10T14:40:00+00:00", "2026-03-10T23:59:59+00:00")).toBe("14:40:00")
    expect(asOfText("2026-03-10T14:40:00+00:00", "2026-03-11T00:00:00+00:00")).toBe("2026-03-10 14:40:00")
    expect(late(86_400)).toContain(">2026-03-10 14:40:00</time>")
    expect(late(10)).toContain(">14:40:00</time>")
  })

  it("says its age in one unit", () => {
    expect([0, 119, 120, 7199, 7200, 172_799, 172_800, 363 * 86_400].map(age)).toStrictEqual([
      "0 s",
      "119 s",
      "2 min",
      "119 min",
      "2 h",
      "47 h",
      "2 d",
      "363 d",
    ])
  })

  it("says that a later range has not been read, and not that it is empty", () => {
    const window = { ...report.window, from: now + 3600, to: now + 7200, now: now + 7200 }
    const quality = { ...report.quality, uncovered: [{ from: window.from, to: window.to }] }
    for (const agents of [[], report.agents]) {
      const html = wallboard({ ...props, snapshot: snapshot(), report: { ...report, agents, window, quality } })
      expect(html).toContain("Nothing of this range has been read.")
      expect(html).toContain("all that is known ends at 2026-03-10 14:40:00")
      expect(html).not.toMatch(/<table>|Nobody has an event/)
    }
    expect(wallboard({ ...props, report: { ...report, agents: [] } })).toContain("Nobody has an event")
  })
})

describe("the floor of the wallboard", () => {
  it("counts each agent in one tile", () => {
    const { agents, ...counts } = snapshot()
    const found = tiles(counts)
    expect(found.map(({ role }) => role)).toStrictEqual([...roles])
    for (const { agents: counted, role } of found) {
      expect(counted).toBe(agents.filter((agent) => roleOf(agent) === role).length)
    }
  })

  it("lists the longest visit first within a category, and every agent once", () => {
    const { agents } = snapshot()
    const listed = sortAgents(agents.toReversed())
    expect(new Set(listed)).toStrictEqual(new Set(agents))
    listed.slice(1).forEach((agent, before) => {
      const previous = listed[before]
      if (previous === undefined || roleOf(previous) !== roleOf(agent)) return
      expect(previous.visitSince ?? previous.since ?? Infinity).toBeLessThanOrEqual(
        agent.visitSince ?? agent.since ?? Infinity,
      )
    })
  })

  it("marks a visit that may have started earlier, and shows no time for an untracked agent", () => {
    expect(visitText({ began: 100, isAtLeast: false }, 3761)).toBe("1:01:01")
    expect(visitText({ began: 100, isAtLeast: true }, 3761)).toBe("≥ 1:01:01")
    expect(visitText({ began: null, isAtLeast: true }, 3761)).toBe("")
  })
})

describe("a message of the live stream", () => {
  it("is read as it was written", () => {
    const { agents, at, statuses, untracked } = snapshot()
    const heard = decodeLiveMessage(JSON.stringify(snapshot()))
    expect(heard?.at.now).toBe(at.now)
    expect(heard?.untracked).toBe(untracked)
    expect(heard?.statuses).toStrictEqual(statuses)
    expect(heard?.agents).toStrictEqual(
      agents.map(({ agent, category, name, since, status, visitSince }) => ({
        agent,
        category,
        name,
        since,
        status,
        visitSince,
      })),
    )
  })

  it.each([
    "",
    "null",
    "[]",
    "{}",
    '{"at":{"now":1},"untracked":0,"statuses":[]}',
    '{"at":{"now":"1"},"untracked":0,"statuses":[],"agents":[]}',
    '{"at":{"now":1},"untracked":0,"statuses":[],"agents":[{"agent":1}]}',
    '{"at":{"now":1},"untracked":0,"statuses":[{"status":"call","category":"busy","agents":1}],"agents":[]}',
  ])("is refused as a whole if a part of it is not as expected: %s", (data) => {
    expect(decodeLiveMessage(data)).toBeUndefined()
  })
})
