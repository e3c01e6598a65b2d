/**
 * `dwell staffing`: how many agents were in each status at once.
 */
import * as Calendar from "@dwell/core/Calendar"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import { toUsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import * as shared from "../logSource/options.ts"
import { outputStyle } from "../output.ts"
import { printAnswer } from "../render/printable.ts"
import { staffingAnswer } from "../render/staffing.ts"
import { loadQuestion } from "../logSource/question.ts"

export const staffing = Command.make(
  "staffing",
  {
    ...shared.figures,
    step: Options.text("step").pipe(
      Options.withPseudoName("SECONDS|PT15M"),
      Options.withDescription("Length of a step. Default: one minute"),
      Options.withDefault("60"),
    ),
    format: shared.format,
  },
  ({ format, step, ...options }) =>
    Effect.gen(function* () {
      const stepSeconds = yield* Effect.mapError(Calendar.parseStep(step), toUsageError)
      const input = yield* loadQuestion(options)
      yield* Effect.mapError(Calendar.checkSteps(input.question.window, stepSeconds), toUsageError)
      yield* printAnswer(staffingAnswer(input, stepSeconds, yield* outputStyle), format)
    }),
).pipe(
  Command.withDescription(
    help("How many agents were in each status at once: average, minimum and maximum per step.", [
      ["dwell staffing --from today --step PT30M", "was 10:30 staffed?"],
      ["dwell staffing --input log.json --format csv", "minute by minute, for a spreadsheet"],
    ]),
  ),
)
