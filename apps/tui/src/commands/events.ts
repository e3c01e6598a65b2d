/**
 * `dwell events`: the log itself, normalised.
 */
import type { EventLog } from "@dwell/core/EventLog"
import * as EventBatch from "@dwell/core/EventBatch"
import * as Export from "@dwell/core/Export"
import * as Format from "@dwell/core/format/Format"
import type { Window } from "@dwell/core/Window"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { write } from "../output.ts"
import { loadEvents } from "../logSource/question.ts"

const rowsPerBlock = 4096

/** Parts of a batch, small enough to print one at a time. */
const blocks = function* (batch: EventBatch.EventBatch): Generator<EventBatch.EventBatch> {
  for (let row = 0; row < batch.length; row += rowsPerBlock) {
    const end = Math.min(batch.length, row + rowsPerBlock)
    yield EventBatch.slice(batch, row, end)
  }
}

/** The last event of each agent before the window, then the events of the window. */
const batchesOf = function* (log: EventLog, window: Window): Generator<EventBatch.EventBatch> {
  for (const batch of Export.eventsOf(log, window)) yield* blocks(batch)
}

export const events = Command.make(
  "events",
  {
    ...shared.source,
    format: Options.choice("format", ["ndjson", "csv", "json", "xml"]).pipe(
      Options.withDescription("ndjson, csv, or ContactNow's own json or xml. Default: ndjson"),
      Options.withDefault("ndjson" as const),
    ),
  },
  ({ format, ...options }) =>
    Effect.gen(function* () {
      const { log, window } = yield* loadEvents(options)
      yield* Format.encode(Stream.fromIterable(batchesOf(log, window)), format).pipe(Stream.runForEach(write))
    }),
).pipe(
  Command.withDescription(
    help(
      "The events of the window, each once, agent by agent in order. They follow the last event of each agent before the " +
        "window, so that a report on the output equals a report on the source.",
      [
        ["dwell events --from yesterday > yesterday.ndjson", "save a day"],
        ["dwell events --input log.xml --format csv", "convert one format to another"],
      ],
    ),
  ),
)
