/**
 * Opens the screens, and restores the terminal afterwards.
 */
import { ReadStream, WriteStream } from "node:tty"
import type { Worker } from "node:worker_threads"
import type * as Alert from "@dwell/core/Alert"
import { Process } from "@dwell/terminal/Process"
import * as Clock from "effect/Clock"
import { nowSeconds } from "@dwell/core/clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { render } from "ink"
import * as cache from "../compileCache.ts"
import { runMain } from "../runMain.ts"
import { UserError, needsTerminal } from "../errors.ts"
import { App } from "./App.tsx"
import * as Client from "./worker/client.ts"
import { start } from "./worker/spawn.ts"
import type { Event } from "./app/state.ts"
import { detect, type ThemeName } from "./theme.ts"

const ticks = Stream.repeatEffectWithSchedule(
  Effect.map(Clock.currentTimeMillis, (millis): Event => ({ _tag: "tick", now: Math.floor(millis / 1000) })),
  Schedule.fixed("1 second"),
)

/** The options of `dwell` and `dwell screen`. */
export interface OpenOptions {
  readonly account?: string
  readonly timezone?: string
  readonly theme?: ThemeName
  readonly thresholds?: ReadonlyArray<Alert.Threshold>
  /** For a screen reader: a few lines that describe changes, and nothing else. */
  readonly isSpoken?: boolean
}

/** The defaults: after-call work and hold should be short. */
const defaultThresholds: ReadonlyArray<Alert.Threshold> = [
  { name: "wrap", seconds: 180 },
  { name: "hold", seconds: 300 },
  { name: "idle", seconds: 1800 },
]

/** Makes the terminal send arrow keys for the mouse wheel; unlike with a captured mouse, people can still select text. */
const wheel = (stdout: WriteStream) =>
  Effect.acquireRelease(
    Effect.sync(() => stdout.write("\u001b[?1007h")),
    () => Effect.sync(() => stdout.write("\u001b[?1007l")),
  )

/** Shows the screens until a person quits, and restores the terminal in any case. */
export const open = (
  { account, isSpoken = false, theme = "dark", thresholds = defaultThresholds, timezone }: OpenOptions,
  openWorker: Effect.Effect<Client.WorkerClient, never, Scope.Scope> = Effect.suspend(() => Client.open(start())),
) =>
  Effect.gen(function* () {
    const { env, stdin, stdout } = yield* Process
    if (!(stdin instanceof ReadStream && stdout instanceof WriteStream)) {
      return yield* new UserError({ message: needsTerminal })
    }
    // A closed terminal can't be written to; its signal ends the program.
    stdout.on("error", () => {})
    const worker = yield* openWorker
    const clock = yield* Clock.clockWith(Effect.succeed)
    const now = yield* nowSeconds
    const settings = {
      account: { kind: "account", name: account ?? null },
      timezone: timezone ?? null,
      theme,
      thresholds,
      now,
    } as const
    // React runs it, outside of this effect.
    const events = Stream.provideLayer(ticks, Layer.setClock(clock))
    const app = <App worker={worker} settings={settings} terminal={detect(env)} events={events} isSpoken={isSpoken} />
    if (!isSpoken) yield* wheel(stdout)
    const instance = yield* Effect.acquireRelease(
      Effect.sync(() =>
        render(app, {
          stdin,
          stdout,
          alternateScreen: !isSpoken,
          exitOnCtrlC: false,
          incrementalRendering: true,
          maxFps: 60,
          isScreenReaderEnabled: isSpoken,
        }),
      ),
      ({ unmount }) => Effect.sync(() => unmount()),
    )
    // A program that is killed by a signal would not store it for the next start.
    yield* Effect.forkScoped(Effect.delay(Effect.sync(cache.flush), "3 seconds"))
    yield* Effect.promise(() => instance.waitUntilExit())
  }).pipe(Effect.scoped)

/** Opens the screens, and ends the process with them. */
export const run = (thread: Worker): void => runMain(open({}, Client.open(thread)))
