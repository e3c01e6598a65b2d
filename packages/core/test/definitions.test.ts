// Runs the worked examples of docs/definitions.md. A block is a log, a question, and what the report answers:
//
//   7: 100 available, 160 call #9, 340 wrap "reason" @12      agent: second status #callid "subcode" @uid
//   window 0..600, now 600, zone Europe/London, bucket PT1H, uncovered 100..200, cap-stale
//   agents 7 call seconds: 180                                a path into the answer, and the value there as JSON
//
// In place of a window the question may be about an instant: at 160, now 600, cap-stale
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Either from "effect/Either"
import { describe, expect, it } from "vitest"
import * as Calendar from "../src/time/Calendar.ts"
import * as Category from "../src/Category.ts"
import * as EventBatch from "../src/events/EventBatch.ts"
import * as EventLog from "../src/log/EventLog.ts"
import * as Report from "../src/report/Report.ts"
import type { StatusEvent } from "../src/events/StatusEvent.ts"
import * as Window from "../src/time/Window.ts"

const page = readFileSync(join(import.meta.dirname, "../../../docs/definitions.md"), "utf8")

interface Example {
  readonly name: string
  readonly log: ReadonlyArray<string>
  readonly question: string
  readonly claims: ReadonlyArray<string>
}

const examples = [...page.matchAll(/^```dwell\n([^]*?)^```$/gm)].map((block): Example => {
  const lines = (block[1] ?? "").trimEnd().split("\n")
  const asked = lines.findIndex((line) => /^(window|at) /.test(line))
  const before = page.slice(0, block.index)
  const heading = [...before.matchAll(/^##+ (.+)$/gm)].at(-1)?.[1] ?? ""
  return {
    name: `${heading}, line ${before.split("\n").length}`,
    log: lines.slice(0, asked),
    question: lines[asked] ?? "",
    claims: lines.slice(asked + 1),
  }
})

const matched = (pattern: RegExp, text: string): Record<string, string | undefined> => {
  const found = pattern.exec(text)
  if (found === null) throw new Error(`not understood: ${text}`)
  return { ...found.groups }
}

const eventsOf = (log: ReadonlyArray<string>): ReadonlyArray<StatusEvent> => {
  let next = 1n
  return log.flatMap((line) => {
    const { agent, rest = "" } = matched(/^(?<agent>\d+): (?<rest>.+)$/, line)
    return rest.split(", ").map((text) => {
      const { uts, status, callid, subcode, uid } = matched(
        /^(?<uts>-?\d+) (?<status>\S+)(?: #(?<callid>\d+))?(?: "(?<subcode>.*)")?(?: @(?<uid>\d+))?$/,
        text,
      )
      return {
        uid: uid === undefined ? next++ : BigInt(uid),
        uts: Number(uts),
        agent: Number(agent),
        status: status ?? "",
        subcode: subcode ?? "",
        callid: BigInt(callid ?? 0),
      }
    })
  })
}

const answerAt = ({ log, question }: Example): unknown => {
  const { instant, now, capStale } = matched(
    /^at (?<instant>-?\d+), now (?<now>-?\d+)(?<capStale>, cap-stale)?$/,
    question,
  )
  return Report.statusAt(EventLog.fromBatches([EventBatch.fromEvents(eventsOf(log))]), {
    instant: Number(instant),
    now: Number(now),
    zone: Either.getOrThrow(Calendar.zone("UTC")),
    capStale: capStale !== undefined,
  })
}

const answer = (example: Example): unknown => {
  const { log, question } = example
  if (question.startsWith("at ")) return answerAt(example)
  const { from, to, now, zone, bucket, gapFrom, gapTo, capStale } = matched(
    /^window (?<from>-?\d+)\.\.(?<to>-?\d+)(?:, now (?<now>\d+))?(?:, zone (?<zone>\S+?))?(?:, bucket (?<bucket>\w+))?(?:, uncovered (?<gapFrom>\d+)\.\.(?<gapTo>\d+))?(?<capStale>, cap-stale)?$/,
    question,
  )
  const asked: Report.Question = {
    window: Either.getOrThrow(Window.make(Number(from), Number(to))),
    now: Number(now ?? to),
    zone: Either.getOrThrow(Calendar.zone(zone ?? "UTC")),
    categories: Category.defaults,
    directory: new Map(),
    staleAfterSeconds: Report.defaultStaleAfterSeconds,
    capStale: capStale !== undefined,
    uncovered: gapFrom === undefined ? [] : [{ from: Number(gapFrom), to: Number(gapTo) }],
  }
  const events = EventLog.fromBatches([EventBatch.fromEvents(eventsOf(log))])
  const size = bucket === undefined ? undefined : Either.getOrThrow(Calendar.parseSize(bucket))
  const report = Report.make(events, asked, size === undefined ? {} : { bucket: size })
  return {
    ...report,
    medians: Report.medians(report.agents),
    staffing: Report.staffing(events, { ...asked, stepSeconds: 60 }).staffing,
    calls: Report.calls(events, asked).calls,
  }
}

const entriesOf = (value: unknown): ReadonlyArray<[string, unknown]> =>
  typeof value === "object" && value !== null ? Object.entries(value) : []

const isCalled = (element: unknown, word: string): boolean =>
  entriesOf(element).some(
    ([key, held]) => ["agent", "status", "label", "start", "callid"].includes(key) && String(held) === word,
  )

/** Follows one word: a key of an object, or the elements that carry the word as agent, status, label, start or call id. */
const step = (value: unknown, word: string): unknown => {
  if (Array.isArray(value)) {
    const chosen = value.filter((element: unknown) => isCalled(element, word))
    return chosen.length === 1 ? chosen[0] : chosen
  }
  const found = entriesOf(value).find(([key]) => key === word)
  if (found !== undefined) return found[1]
  return isCalled(value, word) ? value : undefined
}

/** An agent's statuses may be named right after the agent. */
const follow = (value: unknown, word: string): unknown => {
  const found = step(value, word)
  if (found !== undefined || typeof value !== "object" || value === null || !("statuses" in value)) return found
  return step(value.statuses, word)
}

describe.each(examples)("the example of $name", (example) => {
  it.each(example.claims)("has %s", (claim) => {
    const { path = "", expected = "" } = matched(/^(?<path>.+?): (?<expected>.+)$/, claim)
    expect(path.split(" ").reduce(follow, answer(example))).toEqual(JSON.parse(expected))
  })
})

it("docs/definitions.md has examples in every section that defines a figure", () => {
  const sections = examples.map(({ name }) => name.split(",")[0])
  expect(new Set(sections)).toEqual(
    new Set([
      "Events",
      "Intervals",
      "Window and sums",
      "Quality",
      "Buckets",
      "Sessions",
      "Parts in calls",
      "Staffing curve",
      "Status at an instant",
      "Categories and rates",
      "Medians",
      "Coverage",
    ]),
  )
})
