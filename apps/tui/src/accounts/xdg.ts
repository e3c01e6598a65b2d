/**
 * Dwell's folders: settings under XDG_CONFIG_HOME, events under XDG_DATA_HOME, and what can be fetched again under
 * XDG_CACHE_HOME.
 *
 * Source   the XDG Base Directory Specification
 */
import { homedir } from "node:os"
import * as Path from "@effect/platform/Path"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const folder = (variable: string, fallback: string) =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const home = yield* Config.option(Config.nonEmptyString(variable))
    return path.join(
      Option.getOrElse(home, () => path.join(homedir(), fallback)),
      "dwell",
    )
  }).pipe(Effect.orDie)

export const configFolder = folder("XDG_CONFIG_HOME", ".config")

export const cacheFolder = folder("XDG_CACHE_HOME", ".cache")

export const dataFolder = folder("XDG_DATA_HOME", ".local/share")
