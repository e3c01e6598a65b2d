/**
 * A lock between processes: a file that only one of them can create.
 *
 * Fails    `UserError`, naming the locked file and what to do
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { UserError } from "../errors.ts"

/** Another writer needs only a moment; after two seconds it is taken for dead. */
const retryPolicy = Schedule.spaced("20 millis").pipe(Schedule.upTo(Duration.seconds(2)))

/** Runs an effect while no other process runs one with the same path; creates the path's folder if needed. */
export const withLock = <A, E, R>(path: string, run: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const lock = `${path}.lock`
    const unwritable = ({ message }: { readonly message: string }) =>
      new UserError({ message: `${path}: it can't be written. ${message}` })
    yield* Effect.mapError(files.makeDirectory(paths.dirname(path), { recursive: true, mode: 0o700 }), unwritable)
    const take = files.writeFileString(lock, "", { mode: 0o600, flag: "wx" }).pipe(
      Effect.retry({
        schedule: retryPolicy,
        while: (error) => error._tag === "SystemError" && error.reason === "AlreadyExists",
      }),
      Effect.mapError((error) =>
        error._tag === "SystemError" && error.reason === "AlreadyExists"
          ? new UserError({
              message: `${path}: another dwell is writing it, so nothing was stored. Try again; if no other dwell is running, delete ${lock}.`,
            })
          : unwritable(error),
      ),
    )
    const free = Effect.ignore(files.remove(lock))
    return yield* Effect.acquireUseRelease(
      take,
      () => run,
      () => free,
    )
  })
