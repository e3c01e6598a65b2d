/**
 * Files that hold secrets: their owner's alone.
 *
 * Fails    `PlatformError`; a file that others may read is `PermissionDenied`, so that nobody goes on trusting it
 */
import { type PlatformError, SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** Reads the text of a file that nobody but its owner may read. */
export const read = (path: string): Effect.Effect<string, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { mode } = yield* files.stat(path)
    if ((mode & 0o077) === 0) return yield* files.readFileString(path)
    return yield* new SystemError({
      reason: "PermissionDenied",
      module: "FileSystem",
      method: "read",
      pathOrDescriptor: path,
      description: "others than its owner may read it; it should have mode 0600",
    })
  })

/** Replaces a file's text at once, with mode 0600; makes its folder where there is none. */
export const write = (
  path: string,
  text: string,
): Effect.Effect<void, PlatformError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    yield* files.makeDirectory(paths.dirname(path), { recursive: true, mode: 0o700 })
    const fresh = `${path}.${yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)}`
    yield* files.writeFileString(fresh, text, { mode: 0o600, flag: "wx" }).pipe(
      Effect.zipRight(files.rename(fresh, path)),
      Effect.onError(() => Effect.ignore(files.remove(fresh))),
    )
  })
