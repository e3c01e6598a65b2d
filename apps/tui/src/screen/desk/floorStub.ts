import type * as AgentDirectory from "@dwell/core/AgentDirectory"
import * as Calendar from "@dwell/core/Calendar"
import * as Coverage from "@dwell/core/Coverage"
import { EventStore } from "@dwell/core/EventStore"
import * as Live from "@dwell/core/Live"
import * as Report from "@dwell/core/Report"
import { type Standing } from "@dwell/core/Snapshot"
import * as Sync from "@dwell/core/Sync"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export interface Options extends Live.Options {
  readonly zone: Calendar.Zone
  readonly directory?: Effect.Effect<AgentDirectory.AgentDirectory>
}
export interface Floor {
  readonly asOf: number
  readonly standings: ReadonlyArray<Standing>
  readonly directory: AgentDirectory.AgentDirectory
  readonly day: { readonly report: Report.Document; readonly staffing: Report.StaffingDocument } | null
}
export interface Update {
  readonly floor: Floor | null
  readonly changes: ReadonlyArray<Live.Change>
  readonly trouble: Live.Failure | null
}

export const follow = (options: Options) => {
  let last: Floor | null = null
  return Live.follow(options).pipe(
    Stream.mapEffect(({ asOf, changes, standings, trouble }) =>
      Effect.gen(function* () {
        const store = yield* EventStore
        const directory = yield* options.directory ?? Effect.succeed(new Map())
        if (asOf === null || trouble !== null) return { floor: last, changes, trouble } satisfies Update
        const from = yield* Effect.orDie(
          Calendar.parseInstant("today", { zone: options.zone, now: asOf, what: "today" }),
        )
        const window = { from, to: asOf }
        yield* Sync.run({ window })
        const coverage = yield* store.coverage
        const log = yield* store.read({ window, since: Coverage.since(coverage, from) })
        const question = {
          window,
          now: asOf,
          zone: options.zone,
          directory,
          uncovered: Coverage.missing(coverage, window),
        }
        last = {
          asOf,
          standings,
          directory,
          day: {
            report: Report.make(log, question, { teams: true }),
            staffing: Report.staffing(log, { ...question, stepSeconds: 300 }),
          },
        }
        return { floor: last, changes, trouble } satisfies Update
      }),
    ),
  )
}
