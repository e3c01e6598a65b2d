import * as Calendar from "@dwell/core/Calendar"
import { InvalidInput } from "@dwell/core/InvalidInput"
import * as Report from "@dwell/core/Report"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { staffingSummary } from "../web/charts/staffing.tsx"
import { timelineSummary } from "../web/charts/timeline.tsx"
import { wallboard } from "../web/views/wallboard.tsx"
import { nowSeconds } from "@dwell/core/clock"
import { fromInvalidInput, ApiError } from "../http/problem.ts"
import { snapshot } from "../account/LiveFeed.ts"
import { parseQuery, read, type WindowQuery } from "../account/parseQuery.ts"
import { AccountSettings } from "../account/AccountSettings.ts"
import { checkBucketRows } from "./report.ts"

/** The fields of the page's form. A browser also sends empty fields, and an address may hold anything. */
const Query = Schema.Struct({
  from: Schema.optionalWith(Schema.String, { exact: true }),
  to: Schema.optionalWith(Schema.String, { exact: true }),
  tz: Schema.optionalWith(Schema.String, { exact: true }),
  bucket: Schema.optionalWith(Schema.String, { exact: true }),
})

/** The number of strips that fit on a screen. */
const maxStrips = 60

const stepOfPicture = "PT15M"
const stepSeconds = 900
const pictureWidths = { wide: "1600", narrow: "640", phone: "360" }

const sizeIn = (text: string) => (text === "" ? Effect.succeed(undefined) : Calendar.parseSize(text))

/** The page of an account, complete. */
export const getWallboard = (request: Request, account: string) =>
  Effect.gen(function* () {
    const given = Schema.decodeUnknownSync(Query)(
      Object.fromEntries([...new URL(request.url).searchParams].map(([name, value]) => [name, value.trim()])),
    )
    const { bucket = "", to = "", tz = "" } = given
    const from = given.from === undefined || given.from === "" ? "today" : given.from
    const settings = yield* AccountSettings
    const now = yield* nowSeconds
    const query: WindowQuery = {
      from,
      ...(to === "" ? {} : { to }),
      ...(tz === "" ? {} : { tz }),
    }
    const reported = yield* Effect.gen(function* () {
      const size = yield* sizeIn(bucket)
      const parsed = yield* parseQuery(query)
      const { log, question } = yield* read(parsed)
      yield* checkBucketRows(log, parsed, size)
      const detail = { everyone: true, ...(size === undefined ? {} : { bucket: size }) }
      return { report: Report.make(log, question, detail), problem: null }
    }).pipe(
      Effect.catchIf(
        (failure) => failure instanceof ApiError || failure instanceof InvalidInput,
        (failure) =>
          Effect.succeed({
            report: null,
            problem: (failure instanceof ApiError ? failure : fromInvalidInput(failure)).detail,
          }),
      ),
    )
    const zone = reported.report === null ? settings.zone : { name: reported.report.window.timezone }
    const standing = yield* snapshot(zone)
    // The charts always show today, whatever the range of the report.
    const today = yield* parseQuery({ tz: zone.name })
    const { log, question } = yield* read(today)
    const strips = log.agents.slice(0, maxStrips)
    const shown = { ...question, agents: strips }
    const parameters = (more: Readonly<Record<string, string>>) =>
      new URLSearchParams({ from: "today", tz: zone.name, ...more })
    const place = `/v1/accounts/${account}`
    const some = log.agents.length > maxStrips ? { agent: strips.join(",") } : {}
    const staffingAt = (width: string) => `${place}/staffing.svg?${parameters({ step: stepOfPicture, width })}`
    const timelineAt = (width: string) => `${place}/timeline.svg?${parameters({ ...some, width })}`
    const page = wallboard({
      account,
      timezone: zone,
      now,
      snapshot: standing,
      report: standing === null ? null : reported.report,
      asked: { from, to, tz: zone.name, bucket: bucket === "" ? null : bucket },
      pictures: {
        staffing: {
          wide: staffingAt(pictureWidths.wide),
          narrow: staffingAt(pictureWidths.narrow),
          phone: staffingAt(pictureWidths.phone),
          summary: staffingSummary(Report.staffing(log, { ...question, stepSeconds }), zone, settings.categories),
        },
        timeline: {
          wide: timelineAt(pictureWidths.wide),
          narrow: timelineAt(pictureWidths.narrow),
          phone: timelineAt(pictureWidths.phone),
          summary: timelineSummary(Report.intervals(log, shown), zone),
        },
      },
      problem: reported.problem,
    })
    return new Response(page, {
      headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "private, no-store" },
    })
  })
