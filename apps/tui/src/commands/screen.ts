/**
 * `dwell`, or `dwell screen`: the screens that a floor supervisor keeps open all day.
 */
import * as Alert from "@dwell/core/Alert"
import * as Calendar from "@dwell/core/Calendar"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { toUsageError } from "../errors.ts"
import { help } from "@dwell/terminal/help"
import { Process } from "@dwell/terminal/Process"
import * as shared from "../logSource/options.ts"
import { themeNames } from "../screen/theme.ts"

export const screen = Command.make(
  "screen",
  {
    account: shared.account,
    tz: shared.source.tz,
    alert: Options.text("alert").pipe(
      Options.withPseudoName("STATUS>TIME"),
      Options.withDescription(
        "Highlight agents who stay in a status longer than this; repeatable. Default: wrap>3m, hold>5m, idle>30m",
      ),
      Options.repeated,
    ),
    theme: Options.choice("theme", themeNames).pipe(
      Options.withDescription("dark, light, or the terminal's own 16 colours. Default: dark"),
      Options.withDefault("dark" as const),
    ),
    screenReader: Options.boolean("screen-reader").pipe(
      Options.withDescription("Print a few plain lines that announce changes; so does INK_SCREEN_READER=true"),
    ),
  },
  ({ account, alert, screenReader, theme, tz }) =>
    Effect.gen(function* () {
      const thresholds = yield* Effect.forEach(alert, (given) => Effect.mapError(Alert.parse(given), toUsageError))
      const zone = yield* Effect.transposeMapOption(tz, (name) => Effect.mapError(Calendar.zone(name), toUsageError))
      const { env } = yield* Process
      const { open } = yield* Effect.promise(() => import("../screen/open.tsx"))
      yield* open({
        theme,
        isSpoken: screenReader || env["INK_SCREEN_READER"] === "true",
        ...(Option.isSome(account) ? { account: account.value } : {}),
        ...(Option.isSome(zone) ? { timezone: zone.value.name } : {}),
        ...(thresholds.length === 0 ? {} : { thresholds }),
      })
    }),
).pipe(
  Command.withDescription(
    help(
      "The live floor on the whole terminal: each agent's status and how long it has lasted, reports of any window, an agent's day, " +
        "staffing and coverage. `dwell` alone opens it. Without credentials it shows a demo contact centre. It respects NO_COLOR and LC_ALL=C (ASCII).",
      [
        ["dwell", "open the screens"],
        ["dwell --theme light --alert 'wrap>2m'", "on a light terminal, with a threshold of your own"],
        ["dwell --screen-reader", "a few plain lines that announce changes"],
      ],
    ),
  ),
)
