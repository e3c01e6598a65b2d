/**
 * Another commit against the working tree: the same subjects over the same data, in fresh processes that take turns.
 *
 * Shape    the other commit is checked out, installed and bundled beside this one, in a folder that is removed again;
 *          subjects that it does not have are left out
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import * as Schema from "effect/Schema"
import { bundlesOf, root } from "./places.ts"
import { type Entry, type Race, reportOf } from "./races.ts"
import { type Measurement, median, type Race as Ran, ratios, type Runner } from "./Results.ts"

const bin = join(root, "node_modules/.bin")

const call = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: [bin, process.env["PATH"]].join(delimiter) },
    shell: process.platform === "win32",
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed in ${cwd}.\n${stdout}${stderr}`)
  return stdout
}

/** Checks a commit out and bundles it; gives it back in the end. */
export const withTree = async <A>(ref: string, use: (tree: string) => Promise<A>): Promise<A> => {
  const scratch = mkdtempSync(join(tmpdir(), "dwell-bench-"))
  const tree = join(scratch, "base")
  try {
    call(root, "git", "worktree", "add", "--detach", tree, ref)
    // What this tree was installed from is there already, so mostly nothing is fetched; nor does anything need its script.
    call(tree, "pnpm", "install", "--frozen-lockfile", "--prefer-offline", "--ignore-scripts")
    call(tree, "pnpm", "--recursive", "--filter", "@dwell/tui...", "--filter", "@dwell/bench...", "run", "build")
    return await use(tree)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    call(root, "git", "worktree", "prune")
  }
}

const Names = Schema.parseJson(Schema.Array(Schema.String))

const subjectsOf = (bundle: string): ReadonlyArray<string> =>
  existsSync(bundle) ? Schema.decodeUnknownSync(Names)(call(root, process.execPath, bundle)) : []

const kindsOf = {
  json: ["json"],
  jsonAny: ["jsonAny"],
  jsonOther: ["jsonOther"],
  xml: ["xml"],
  ndjson: ["ndjson"],
  csv: ["csv"],
} as const

const hasText = (subject: string): subject is keyof typeof kindsOf => Object.hasOwn(kindsOf, subject)

/** A race of two for every subject that both have, and for the command. */
export const races = (base: string, rows: number): ReadonlyArray<Race> => {
  const [before, after] = [bundlesOf(base), bundlesOf(root)]
  const common = subjectsOf(before.ours)
  const shared = { isOurs: true, rows, isSlow: false, options: [] }
  const pair = (title: string, entry: (bundles: typeof before) => Pick<Entry, "kinds" | "program" | "subject">) => ({
    id: title,
    title,
    entries: [
      { ...shared, ...entry(before), id: "base", title: "base" },
      { ...shared, ...entry(after), id: "head", title: "head" },
    ],
  })
  return [
    pair("dwell report", ({ dwell }) => ({ program: dwell, subject: reportOf(), kinds: ["json"] })),
    ...subjectsOf(after.ours)
      .filter((subject) => common.includes(subject))
      .map((subject) =>
        pair(subject, ({ ours }) => ({
          program: ours,
          subject,
          kinds: hasText(subject) ? kindsOf[subject] : ["columns"],
        })),
      ),
  ]
}

/** One line a subject: base, head, and what part of base's time and memory head needs. */
export const render = (ran: ReadonlyArray<Ran>): string => {
  const lines = ran.map(({ runners: [base, head], title }) => {
    if (base === undefined || head === undefined) return [title]
    const missing = base.missing ?? head.missing
    if (missing !== null) return [title, missing]
    const of = (figure: (run: Measurement) => number) => {
      const all = ratios(head, base, figure)
      return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)})`
    }
    const middle = ({ runs }: Runner) => `${median(runs.map(({ ms }) => ms)).toFixed(0)} ms`
    return [title, middle(base), middle(head), of(({ ms }) => ms), of(({ peakMB }) => peakMB)]
  })
  const rows = [["", "base", "head", "time, head / base", "memory, head / base"], ...lines]
  const widths = rows.reduce<ReadonlyArray<number>>(
    (all, cells) => cells.map((cell, index) => Math.max(cell.length, all[index] ?? 0)),
    [],
  )
  return rows
    .map((cells) =>
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}
