/**
 * Opens the screens, and gives the terminal back as it was.
 */
import type * as Alert from "@dwell/core/Alert"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { render } from "ink"
import { App } from "./App.tsx"
import * as Desk from "./desk/client.ts"
import { type Event } from "./state/State.ts"
import { detect, type ThemeName } from "./theme.ts"

const ticks = Stream.repeatEffectWithSchedule(
  Effect.map(Clock.currentTimeMillis, (millis): Event => ({ _tag: "tick", now: Math.floor(millis / 1000) })),
  Schedule.fixed("1 second"),
)

/** What a person may say when opening the screens. */
export interface Given {
  readonly account?: string
  readonly timezone?: string
  readonly theme?: ThemeName
  readonly thresholds?: ReadonlyArray<Alert.Threshold>
}

/** In a contact centre that has no other rules: after-call work and hold should be short. */
const usualThresholds: ReadonlyArray<Alert.Threshold> = [
  { name: "wrap", seconds: 180 },
  { name: "hold", seconds: 300 },
  { name: "idle", seconds: 1800 },
]

/** Shows the screens until a person leaves them. */
export const open = ({ account, theme = "dark", thresholds = usualThresholds, timezone }: Given) =>
  Effect.gen(function* () {
    const desk = yield* Desk.open(new URL("./desk.js", import.meta.url))
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const settings = {
      place: { kind: "account", name: account ?? null },
      timezone: timezone ?? null,
      theme,
      thresholds,
      now,
    } as const
    const instance = render(<App desk={desk} settings={settings} terminal={detect(process.env)} events={ticks} />, {
      alternateScreen: true,
      exitOnCtrlC: false,
      incrementalRendering: true,
      maxFps: 60,
    })
    yield* Effect.promise(() => instance.waitUntilExit())
  }).pipe(Effect.scoped)

/** Opens the screens, and ends the process with them. */
export const run = (given: Given): void => NodeRuntime.runMain(open(given))
