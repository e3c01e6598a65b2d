/**
 * Files that appear whole or not at all: they are written under temporary names and renamed when all are complete.
 *
 * Fails    `UserError`, naming the file or the folder; the temporary files are removed
 */
import { randomUUID } from "node:crypto"
import { basename, dirname, join } from "node:path"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { UserError } from "./errors.ts"

const causes: Partial<Record<string, string>> = {
  NotFound: "there is no such folder. Create it first, or give another --output",
  PermissionDenied: "you may not write there. Check its permissions, or give another --output",
  BadResource: "part of this path is not a folder. Give another --output",
}

const unwritable = (name: string) => (error: PlatformError) =>
  new UserError({
    message: `${name}: ${(error._tag === "SystemError" ? causes[error.reason] : undefined) ?? `it can't be written (${error.message}). Check it, or give another --output`}.`,
  })

/** The refusal to overwrite. */
const existsError = (name: string, more = 0) =>
  new UserError({
    message: `${name}: it already exists${more > 0 ? `, and so do ${more} more` : ""}. Give another --output, or --overwrite.`,
  })

/** Those of some files that exist. */
export const existing = (names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return yield* Effect.filter(names, (name) => Effect.mapError(files.exists(name), unwritable(name)))
  })

/** Fails if one of some files exists. */
export const refuseExisting = (names: ReadonlyArray<string>) =>
  Effect.flatMap(existing(names), ([first, ...others]) =>
    first === undefined ? Effect.void : existsError(first, others.length),
  )

/** Fails if a file can't be created: it is a folder, or its own folder is missing or not writable. */
export const checkWritable = (name: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    yield* Effect.mapError(files.access(dirname(name), { writable: true }), unwritable(name))
    const found = yield* Effect.option(files.stat(name))
    if (Option.isSome(found) && found.value.type === "Directory") {
      yield* new UserError({ message: `${name}: it is a folder. Give a file, or --partition day.` })
    }
  })

/** The names in a folder; none if there is no such folder. */
export const namesIn = (folder: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    if (!(yield* Effect.mapError(files.exists(folder), unwritable(folder)))) return []
    return yield* Effect.mapError(files.readDirectory(folder), unwritable(folder))
  })

/** Creates a folder if it is missing. */
export const folder = (name: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    yield* Effect.mapError(files.makeDirectory(name, { recursive: true }), unwritable(name))
  })

/** Writes blocks to a temporary file. */
export type Write = (block: Uint8Array) => Effect.Effect<void, UserError>

export interface AtomicWriter {
  /** Writes a file under a temporary name in an existing folder. */
  readonly write: <E, R>(
    target: string,
    near: string,
    fill: (write: Write) => Effect.Effect<void, E, R>,
  ) => Effect.Effect<void, E | UserError, R>
  /** Renames all files, creating their folders, and removes outdated ones. */
  readonly publish: (outdated: ReadonlyArray<string>) => Effect.Effect<void, UserError>
}

/** Writes files atomically; what is not published when the scope ends is removed. */
export const atomicWriter: Effect.Effect<AtomicWriter, never, FileSystem.FileSystem | Scope.Scope> = Effect.gen(
  function* () {
    const files = yield* FileSystem.FileSystem
    const staged = new Map<string, string>()
    yield* Effect.addFinalizer(() =>
      Effect.forEach(staged.values(), (name) => Effect.ignore(files.remove(name, { force: true })), { discard: true }),
    )
    return {
      write: (target, near, fill) =>
        Effect.scoped(
          Effect.gen(function* () {
            const name = join(near, `.${basename(target)}.${randomUUID()}.tmp`)
            staged.set(target, name)
            const failed = Effect.mapError(unwritable(target))
            const file = yield* failed(files.open(name, { flag: "wx" }))
            yield* fill((block) => failed(file.writeAll(block)))
            yield* failed(file.sync)
          }),
        ),
      publish: (outdated) =>
        Effect.gen(function* () {
          for (const [target, name] of staged) {
            const failed = Effect.mapError(unwritable(target))
            yield* failed(files.makeDirectory(dirname(target), { recursive: true }))
            yield* failed(files.rename(name, target))
            staged.delete(target)
          }
          for (const name of outdated) yield* Effect.mapError(files.remove(name), unwritable(name))
        }).pipe(Effect.uninterruptible),
    }
  },
)
