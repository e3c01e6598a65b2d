/**
 * `dwell intervals`: each agent's statuses with start and end.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { printAnswer } from "../render/printable.ts"
import { intervalsAnswer } from "../render/intervals.ts"
import { loadQuestion } from "../logSource/question.ts"

export const intervals = Command.make(
  "intervals",
  { ...shared.figures, format: shared.format },
  ({ format, ...options }) =>
    Effect.gen(function* () {
      yield* printAnswer(intervalsAnswer(yield* loadQuestion(options)), format)
    }),
).pipe(
  Command.withDescription(
    help("Every interval that an agent spent in a status, with its start and end, clipped to the window.", [
      ["dwell intervals --agent 700101 --from 09:00", "what one agent has done since 09:00 today"],
      ["dwell intervals --from yesterday --format ndjson | jq .status", "one JSON object per line, for other programs"],
    ]),
  ),
)
