/**
 * Where and when figures were taken.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { cpus, release, totalmem, type } from "node:os"
import { join } from "node:path"
import * as Schema from "effect/Schema"
import { cache, root } from "./places.ts"
import type { Circumstances } from "./Results.ts"

const output = (command: string, ...args: ReadonlyArray<string>): string =>
  spawnSync(command, args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? ""

const Manifest = Schema.parseJson(Schema.Struct({ version: Schema.String }))

const versionIn = (path: string): string | undefined =>
  existsSync(path) ? Schema.decodeUnknownSync(Manifest)(readFileSync(path, "utf8")).version : undefined

const installed = (name: string, folder: string): ReadonlyArray<string> => {
  const version = versionIn(join(folder, "node_modules", name, "package.json"))
  return version === undefined ? [] : [`${name} ${version}`]
}

const compiler = (): ReadonlyArray<string> => {
  const [first = ""] = output("cc", "--version").split("\n")
  return first === "" ? [] : [`C: ${first} -O3`]
}

export const circumstances = (): Circumstances => {
  const [processor] = cpus()
  const changed = output("git", "status", "--porcelain", "--untracked-files=no") !== ""
  const bench = join(root, "tooling/bench")
  return {
    machine: [
      processor?.model.trim() || "unknown processor",
      `${cpus().length} cores`,
      `${Math.round(totalmem() / 1e9)} GB`,
      `${type()} ${release()}`,
    ].join(", "),
    date: new Date().toISOString().slice(0, 10),
    commit: `${output("git", "rev-parse", "--short=12", "HEAD") || "unknown"}${changed ? ", with changes" : ""}`,
    versions: [
      `Node ${process.versions.node}`,
      ...installed("@duckdb/node-api", bench),
      ...installed("chdb", join(cache, "chdb")),
      `SQLite ${process.versions["sqlite"] ?? "unknown"}`,
      ...installed("saxes", bench),
      ...compiler(),
    ],
  }
}
