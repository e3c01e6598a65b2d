// A corrected row counts as delivered last, wherever in time its versions lie: the command agrees with the library.
import { file } from "@dwell/testing/scratch"
import { output } from "./runner.ts"
import { row, vendorJson } from "@dwell/testing/vendor"
import * as EventBatch from "@dwell/core/EventBatch"
import * as EventLog from "@dwell/core/EventLog"
import * as Calendar from "@dwell/core/Calendar"
import * as Report from "@dwell/core/Report"
import type { Row } from "@dwell/emulator"
import * as Either from "effect/Either"
import { expect, it } from "vitest"
import { parseReport } from "./support.ts"

const zone = Either.getOrThrow(Calendar.zone("UTC"))
const window = { from: 500, to: 2000 }

const call = row({ uid: 5n, uts: 1000, status: "call" })
const offline = row({ uid: 6n, uts: 1500, status: "offline" })

it.each<readonly [string, ReadonlyArray<Row>]>([
  ["to before the window", [call, offline, { ...call, uts: 100 }]],
  ["to after it", [call, offline, { ...call, uts: 2500 }]],
  ["from before it", [{ ...call, uts: 100 }, offline, call]],
  ["from after it", [{ ...call, uts: 2500 }, offline, call]],
  ["to another agent", [call, offline, { ...call, agent: 8 }]],
])("a row corrected %s", async (_, rows) => {
  const path = file("corrected.json", vendorJson(rows))
  const printed = await output([
    "report",
    "--input",
    path,
    "--from",
    "500",
    "--to",
    "2000",
    "--tz",
    "UTC",
    "--format",
    "json",
  ])
  const log = EventLog.fromBatches([EventBatch.fromEvents(rows)])
  expect(parseReport(printed)).toEqual(Report.make(log, { window, now: window.to, zone }))
})
