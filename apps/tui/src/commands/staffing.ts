/**
 * `dwell staffing`: how many agents were in each status at once.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Usage } from "../errors.ts"
import { help } from "../help.ts"
import * as shared from "../options.ts"
import { printAnswer, styleOfOutput } from "../render/answer.ts"
import { staffingAnswer } from "../render/staffing.ts"
import { count } from "../render/text.ts"
import { ask } from "../source.ts"

/** A year of steps of five minutes. */
const mostSteps = 105_408

const units = { S: 1, M: 60, H: 3600 } as const

const parseStep = (text: string): Either.Either<number, Usage> => {
  const found = /^(?:PT)?(\d{1,6})([SMH]?)$/i.exec(text.trim())
  const unit = found?.[2]?.toUpperCase()
  const seconds = Number(found?.[1] ?? 0) * (unit === "M" || unit === "H" ? units[unit] : 1)
  return seconds > 0 && seconds <= 86_400
    ? Either.right(seconds)
    : Either.left(
        new Usage({ message: `--step: "${text}" is not a step. Give seconds, or PT1M, PT15M, PT1H; at most a day.` }),
      )
}

export const staffing = Command.make(
  "staffing",
  {
    ...shared.figures,
    step: Options.text("step").pipe(
      Options.withPseudoName("SECONDS|PT15M"),
      Options.withDescription("Length of a step. Default: a minute"),
      Options.withDefault("60"),
    ),
    format: shared.format,
  },
  ({ format, step, ...options }) =>
    Effect.gen(function* () {
      const stepSeconds = yield* parseStep(step)
      const asked = yield* ask(options)
      const { window } = asked.question
      const steps = (window.to - window.from) / stepSeconds
      if (steps > mostSteps) {
        yield* new Usage({
          message: `--step: the window has ${count(Math.ceil(steps))} steps of ${stepSeconds} s. Give a longer one, or a shorter window: ${count(mostSteps)} are the most.`,
        })
      }
      yield* printAnswer(staffingAnswer(asked, stepSeconds, styleOfOutput()), format)
    }),
).pipe(
  Command.withDescription(
    help("How many agents were in each status at once: average, least and most of every step.", [
      ["dwell staffing --from today --step PT30M", "was 10:30 staffed?"],
      ["dwell staffing --input log.json --format csv", "minute by minute, for a spreadsheet"],
    ]),
  ),
)
