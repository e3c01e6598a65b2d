// Several tools check nothing on TypeScript 7 and do not say so. Each check of this repository has to notice faults that
// are made on purpose, under the repository's own configuration. A tool runs once over all faults for it, each of which
// is in files of its own.
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { folder } from "@dwell/testing/scratch"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, it } from "vitest"
import { survey } from "../src/layers.ts"
import { avoidedWords, breachesIn, wordsOf } from "../src/words.ts"

const root = join(import.meta.dirname, "../../..")
const bin = join(root, "node_modules", ".bin")

type Files = Readonly<Record<string, string>>

const write = (into: string, files: Files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, name)), { recursive: true })
    writeFileSync(join(into, name), text)
  }
}

const manifest = {
  name: "@dwell/core",
  type: "module",
  exports: { ".": { import: "./dist/index.js" } },
  peerDependencies: { effect: "*" },
}

const tsconfig = JSON.stringify({
  extends: "../../tsconfig.base.json",
  compilerOptions: { types: ["node"] },
  include: ["src", "test"],
})

/** A repository with the configuration of this one, the package core and such files; gives its folder. */
const repository = (files: Files): string => {
  const project = folder()
  for (const file of [
    ".oxlintrc.json",
    ".oxfmtrc.json",
    "tsconfig.base.json",
    "tooling/knip.config.ts",
    "tooling/tally.mjs",
    "tooling/checks/src/testRules.ts",
  ]) {
    cpSync(join(root, file), join(project, file))
  }
  write(project, {
    "package.json": JSON.stringify({ name: "broken", private: true, type: "module" }),
    "pnpm-workspace.yaml": "packages: [packages/*]\n",
    "packages/core/package.json": JSON.stringify(manifest),
    "packages/core/tsconfig.json": tsconfig,
    "tooling/checks/tsconfig.json": tsconfig,
    ...files,
  })
  for (const modules of ["node_modules", "packages/core/node_modules", "tooling/checks/node_modules"]) {
    symlinkSync(join(root, modules), join(project, modules))
  }
  return project
}

interface Ran {
  readonly status: number | null
  readonly stdout: string
  /** Both streams. */
  readonly output: string
}

const run = (project: string, tool: string, ...args: ReadonlyArray<string>): Ran => {
  const { status, stdout, stderr, error } = spawnSync(tool === "node" ? process.execPath : join(bin, tool), args, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  })
  if (error !== undefined) throw error
  // Some tools have colours wherever they find themselves in a build.
  return { status, stdout, output: stripVTControlCharacters(stdout + stderr) }
}

/** What a tool printed as JSON; throws what else it printed. */
const printed = <A, I>(schema: Schema.Schema<A, I>, { output, stdout }: Ran): A => {
  try {
    return Schema.decodeSync(Schema.parseJson(schema))(stdout)
  } catch (cause) {
    throw new Error(`it did not print what was expected:\n${output}`, { cause })
  }
}

/** Throws what a tool printed that passes faults. */
const mustHaveFailed = ({ output, status }: Ran): void => {
  if (status === null || status === 0) throw new Error(`it ends with ${status}:\n${output}`)
}

const builds = readdirSync(join(root, "packages"))
  .map((name) => `@dwell/${name}#build`)
  .toSorted()

const Turbo = Schema.parseJson(
  Schema.Struct({
    tasks: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({ dependsOn: Schema.optional(Schema.Array(Schema.String)) }),
    }),
  }),
)

/** What Turborepo runs before a check of the whole repository. */
const runBefore = (check: string): ReadonlyArray<string> | undefined =>
  Schema.decodeSync(Turbo)(readFileSync(join(root, "turbo.json"), "utf8")).tasks[`//#${check}`]?.dependsOn?.toSorted()

const sound = "export const seconds = (from: number, to: number): number => to - from\n"

describe("the lint check", () => {
  const Diagnostics = Schema.Struct({
    diagnostics: Schema.Array(Schema.Struct({ code: Schema.String, filename: Schema.String, severity: Schema.String })),
  })

  const faults: ReadonlyArray<readonly [fault: string, rule: string, source: string]> = [
    [
      "a floating promise",
      "typescript(no-floating-promises)",
      "const read = async () => 1\nexport const start = () => {\n  read()\n}\n",
    ],
    ["any", "typescript(no-explicit-any)", "export const anything: any = 1\n"],
    ["an unsafe value", "typescript(no-unsafe-assignment)", "export const row: { uid: string } = JSON.parse('{}')\n"],
    [
      "a non-null assertion",
      "typescript(no-non-null-assertion)",
      "export const first = (list: string[]): string => list[0]!\n",
    ],
    [
      "a barrel import of Effect",
      "eslint(no-restricted-imports)",
      'import { Effect } from "effect"\nexport const one = Effect.succeed(1)\n',
    ],
    ["a console", "eslint(no-console)", 'console.log("here")\nexport const one = 1\n'],
  ]

  const testing = 'import { expect, it } from "vitest"\n'
  const using = (expression: string) => `${testing}it("is so", () => expect(${expression}).toBe(1))\n`

  /** What no test may do. */
  const habits: ReadonlyArray<readonly [fault: string, rule: string, source: string]> = [
    [
      "test in place of it",
      "vitest(consistent-test-it)",
      'import { expect, test } from "vitest"\ntest("is so", () => expect(1).toBe(1))\n',
    ],
    ["only one test", "vitest(no-focused-tests)", `${testing}it.only("is so", () => expect(1).toBe(1))\n`],
    ["a test that is skipped", "vitest(no-disabled-tests)", `${testing}it.skip("is so", () => expect(1).toBe(1))\n`],
    ["the machine's clock", "eslint(no-restricted-properties)", using("Date.now()")],
    ["the machine's speed", "eslint(no-restricted-properties)", using("performance.now()")],
    ["today's date", "house(no-date-of-now)", using("new Date().getTime()")],
    ["today's date as a text", "house(no-date-of-now)", using("Date().length")],
    ["chance", "eslint(no-restricted-properties)", using("Math.random()")],
    ["a timer", "eslint(no-restricted-globals)", using("setTimeout(() => {}, 5)")],
    ["a timer of globalThis", "eslint(no-restricted-properties)", using("globalThis.setTimeout(() => {}, 5)")],
    ["a timer over and over", "eslint(no-restricted-globals)", using("setInterval(() => {}, 5)")],
    [
      "an imported timer",
      "house(no-timers)",
      `import { setTimeout as pause } from "node:timers/promises"\n${using("pause")}`,
    ],
    ["an imported module of timers", "house(no-timers)", `import * as timers from "node:timers"\n${using("timers")}`],
    [
      "an effect that sleeps",
      "eslint(no-restricted-properties)",
      `import * as Effect from "effect/Effect"\n${using("Effect.sleep(5)")}`,
    ],
    [
      "a port of its own choice",
      "eslint(no-restricted-properties)",
      `import { createServer } from "node:net"\n${using("createServer().listen(0)")}`,
    ],
  ]

  const fileOf = (index: number) => `packages/core/src/fault${index}.ts`
  const testOf = (index: number) => `tooling/checks/test/habit${index}.test.ts`

  /** The rules that files break, by file. */
  const broken = new Map<string, Array<string>>()

  beforeAll(() => {
    const project = repository({
      "packages/core/src/sound.ts": sound,
      "packages/core/src/one.ts": 'import { two } from "./two.ts"\nexport const one = (): number => two() - 1\n',
      "packages/core/src/two.ts": 'import { one } from "./one.ts"\nexport const two = (): number => one() + 1\n',
      "tooling/checks/test/sound.test.ts":
        `${testing}import { setImmediate } from "node:timers/promises"\n` +
        'it("is so", async () => {\n  await setImmediate()\n  expect(new Date(0).getTime()).toBe(0)\n})\n',
      ...Object.fromEntries(faults.map(([, , source], index) => [fileOf(index), source])),
      ...Object.fromEntries(habits.map(([, , source], index) => [testOf(index), source])),
    })
    const ran = run(project, "oxlint", "--format", "json", "packages", "tooling/checks/test")
    for (const { code, filename, severity } of printed(Diagnostics, ran).diagnostics) {
      broken.set(filename, [...(broken.get(filename) ?? []), severity === "error" ? code : `${severity}: ${code}`])
    }
    mustHaveFailed(ran)
  })

  it("passes what is sound, in a test as well", () => {
    expect(broken.size).toBeGreaterThan(0)
    expect([...broken.keys()].filter((file) => file.includes("sound"))).toEqual([])
  })

  it.each(faults.map(([fault, rule], index) => ({ fault, rule, file: fileOf(index) })))(
    "fails on $fault",
    ({ file, rule }) => {
      expect(broken.get(file)).toEqual([rule])
    },
  )

  it("fails on a circular import", () => {
    expect(broken.get("packages/core/src/one.ts")).toEqual(["import(no-cycle)"])
  })

  it.each(habits.map(([fault, rule], index) => ({ fault, rule, file: testOf(index) })))(
    "fails on $fault in a test",
    ({ file, rule }) => {
      expect(broken.get(file)).toEqual([rule])
    },
  )

  // Types of a package that isn't built are errors to the linter.
  it("waits for the build of every package", () => {
    expect(runBefore("check:lint")).toEqual(builds)
  })
})

describe("the type check", () => {
  it("waits for the build of every package", () => {
    expect(runBefore("check:types")).toEqual(builds)
  })

  let project: string
  let types: Ran

  beforeAll(() => {
    project = repository({
      "packages/core/src/sound.ts": sound,
      "packages/core/src/missing.ts": "export const first = (list: ReadonlyArray<string>): string => list[0]\n",
      "packages/core/src/absent.ts": "export const options: { zone?: string } = { zone: undefined }\n",
      "packages/core/src/lost.ts":
        'import * as Effect from "effect/Effect"\nexport const start = (): void => {\n  Effect.log("lost")\n}\n',
    })
    types = run(project, "node", join(root, "tooling/typecheck.mjs"), "packages/core")
    mustHaveFailed(types)
  })

  it("fails on an index that may be missing", () => {
    expect(types.stdout).toMatch(/^packages\/core\/src\/missing\.ts\(1,63\): error TS2322: /m)
  })

  it("fails on undefined for an absent option", () => {
    expect(types.stdout).toMatch(/^packages\/core\/src\/absent\.ts\(1,14\): error TS2375: /m)
  })

  it("fails on an effect that is not run, and not on what is sound", () => {
    expect(types.stdout.match(/^\S*lost\.ts.*$/gm)).toEqual([
      expect.stringMatching(/^packages\/core\/src\/lost\.ts\(3,3\): error TS\d+: .* effect\(floatingEffect\)$/),
    ])
    expect(types.stdout).not.toContain("sound.ts")
  })
})

describe("the format check", () => {
  it("fails on a semicolon", () => {
    const project = repository({
      "packages/core/src/index.ts": "export const one = 1;\n",
      "packages/core/src/sound.ts": sound,
    })
    const { output, status } = run(project, "oxfmt", "--check", "packages/core/src")
    expect(output.match(/^packages\S+/gm), output).toEqual(["packages/core/src/index.ts"])
    expect(status).toBe(1)
  })
})

describe("the check of what is unused", () => {
  const Names = Schema.Array(Schema.Struct({ name: Schema.String }))
  const Issues = Schema.Struct({
    issues: Schema.Array(
      Schema.Struct({
        file: Schema.String,
        files: Names,
        exports: Names,
        dependencies: Names,
      }),
    ),
  })
  let issues: (typeof Issues.Type)["issues"]

  beforeAll(() => {
    const project = repository({
      "packages/core/package.json": JSON.stringify({ ...manifest, dependencies: { saxes: "*" } }),
      "packages/core/src/index.ts": 'export type { Effect } from "effect/Effect"\nexport { one } from "./numbers.ts"\n',
      "packages/core/src/numbers.ts": "export const one = 1\nexport const two = 2\n",
      "packages/core/src/left.ts": "export {}\n",
    })
    const ran = run(project, "knip", "--no-progress", "--config", "tooling/knip.config.ts", "--reporter", "json")
    issues = printed(Issues, ran).issues
    mustHaveFailed(ran)
  })

  const found = (kind: "dependencies" | "exports" | "files") =>
    issues.flatMap(({ file, [kind]: names }) => names.map(({ name }) => `${file}: ${name}`))

  it("fails on an export that nothing imports", () => {
    expect(found("exports")).toEqual(["packages/core/src/numbers.ts: two"])
  })

  it("fails on a file that nothing imports", () => {
    expect(found("files")).toEqual(["packages/core/src/left.ts: packages/core/src/left.ts"])
  })

  it("fails on a dependency that nothing imports", () => {
    expect(found("dependencies")).toEqual(["packages/core/package.json: saxes"])
  })
})

describe("the check of layers", () => {
  const house = {
    "time/Window.ts": sound,
    "interval/Interval.ts": 'export { seconds } from "../time/Window.ts"\n',
  }
  const built = (files: Files): string => {
    const source = folder()
    write(source, { ...house, ...files })
    return source
  }

  it("passes a house in order", () => {
    expect(survey(built({}))).toEqual({ modules: 2, breaches: [] })
  })

  it.each<readonly [fault: string, files: Files, breach: string]>([
    [
      "a room that looks up",
      { "report/Report.ts": sound, "time/Window.ts": 'export { seconds } from "../report/Report.ts"\n' },
      'time/Window.ts: "time" may not use "report", which is not on a lower layer',
    ],
    [
      "a room that looks across",
      {
        "export/Export.ts": sound,
        "live/Sync.ts": 'export { seconds } from "../export/Export.ts"\n',
      },
      'live/Sync.ts: "live" may not use "export", which is not on a lower layer',
    ],
    [
      "a module without a layer",
      { "Extra.ts": sound },
      'Extra.ts: no layer has the room "Extra"; give it one in layers.ts',
    ],
    [
      "Node in core",
      { "Category.ts": 'export { readFileSync } from "node:fs"\n' },
      "Category.ts: core runs without Node, but imports node:fs",
    ],
    [
      "another package of the workspace in core",
      { "Category.ts": 'export { make } from "@dwell/emulator"\n' },
      "Category.ts: core imports @dwell/emulator",
    ],
    [
      "a clock in the kernel",
      { "interval/Bucket.ts": "export const now = (): number => Date.now()\n" },
      "interval/Bucket.ts: interval/ is pure, but interval/Bucket.ts uses Date",
    ],
    [
      "chance in the kernel",
      { "interval/Bucket.ts": "export const pick = () => Math.random()\n" },
      "interval/Bucket.ts: interval/ is pure, but interval/Bucket.ts uses Math.random",
    ],
    [
      "Effect in the kernel",
      { "interval/Bucket.ts": 'export { succeed } from "effect/Effect"\n' },
      "interval/Bucket.ts: interval/ is pure, but reaches effect/Effect",
    ],
    [
      "Effect reached through another module",
      { "time/Window.ts": `export { right } from "effect/Either"\n${sound}` },
      "interval/Interval.ts: interval/ is pure, but reaches effect/Either",
    ],
  ])("fails on %s", (_, files, breach) => {
    expect(survey(built(files)).breaches).toEqual([breach])
  })

  it("fails where there is no kernel to check", () => {
    const source = folder()
    write(source, { "time/Window.ts": sound })
    expect(survey(source).breaches).toEqual([`${source}: no interval/ to check`])
  })

  it("ends with 0 where the house is in order, and with 1 where it is not", () => {
    const layers = (source: string) => run(root, "node", join(root, "tooling/checks/src/layers.ts"), source)
    expect(layers(built({}))).toMatchObject({ status: 0, output: "2 modules in order, interval/ pure\n" })
    expect(layers(built({ "Extra.ts": sound }))).toMatchObject({
      status: 1,
      output: 'Extra.ts: no layer has the room "Extra"; give it one in layers.ts\n',
    })
  })
})

describe("the tally", () => {
  const suite = (files: Files): string =>
    repository({
      "packages/core/package.json": JSON.stringify({ ...manifest, scripts: { test: "vitest run" } }),
      "packages/core/vitest.config.ts":
        'export default { test: { pool: "threads", reporters: ["json"], outputFile: { json: ".vitest/results.json" } } }\n',
      ...files,
    })
  const tally = (project: string) => run(project, "node", "tooling/tally.mjs")

  it("counts what passed and what was skipped", () => {
    const results = { numPassedTests: 3, numPendingTests: 1, numTodoTests: 1, testResults: [] }
    expect(tally(suite({ "packages/core/.vitest/results.json": JSON.stringify(results) }))).toMatchObject({
      status: 0,
      output: "2 skipped\n3 passed, 0 failed\n",
    })
  })

  it("names what vitest saw fail, in a test and in a file, and ends with the count", () => {
    const project = suite({
      "packages/core/one.test.ts":
        'import { expect, it } from "vitest"\nit("adds", () => expect(1 + 1).toBe(2))\n' +
        'it("subtracts", () => expect(2 - 1).toBe(3))\n',
      "packages/core/two.test.ts": 'throw new Error("no way in")\n',
    })
    spawnSync(join(root, "packages/core/node_modules/.bin/vitest"), ["run"], { cwd: join(project, "packages/core") })
    const { output, status } = tally(project)
    expect(output).toContain("FAILED packages/core/one.test.ts: subtracts\nAssertionError: expected 1 to be 3")
    expect(output).toContain("FAILED packages/core/two.test.ts: the file itself\nno way in")
    expect(output.endsWith("\n1 passed, 2 failed\n")).toBe(true)
    expect(status).toBe(1)
  })

  it("counts a suite that left no result as failed", () => {
    expect(tally(suite({}))).toMatchObject({
      status: 1,
      output: "\nFAILED packages/core/package.json: @dwell/core\nno test results\n0 passed, 1 failed\n",
    })
  })

  it("fails where no test ran at all", () => {
    const results = { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] }
    expect(tally(suite({ "packages/core/.vitest/results.json": JSON.stringify(results) }))).toMatchObject({
      status: 1,
      output: "0 passed, 0 failed\n",
    })
  })
})

describe("the check of words", () => {
  const glossary = [
    "| term | meaning | avoid |",
    "| --- | --- | --- |",
    "| store | events of an account | cache, `kept` |",
    "## How names are made",
    "| a participle: `asked` | query | it says what happened |",
    "",
  ].join("\n")

  it("takes the words in code style of the third column of terms, and of the first about names", () => {
    expect([...avoidedWords(glossary)]).toEqual(["kept", "asked"])
  })

  it.each([
    ["rowsPerGroup", ["rows", "per", "group"]],
    ["StoredWindow", ["stored", "window"]],
    ["app.test", ["app", "test"]],
  ])("sees the words of %s", (name, words) => {
    expect(wordsOf(name)).toEqual(words)
  })

  it("fails on a file and on an export, and not on what a file keeps to itself", () => {
    const project = repository({
      "docs/glossary.md": glossary,
      "packages/core/src/kept.ts": "const asked = 1\nexport const rows = asked\n",
      "packages/core/src/log.ts": "export const rowsKept = 1\nexport type Asked = string\n",
    })
    expect(breachesIn(project)).toEqual([
      'packages/core/src/kept.ts: "kept" has the word "kept"',
      'packages/core/src/log.ts: "rowsKept" has the word "kept"',
      'packages/core/src/log.ts: "Asked" has the word "asked"',
    ])
    expect(run(root, "node", join(root, "tooling/checks/src/words.ts"))).toMatchObject({ status: 0, output: "" })
  })

  it("fails on a glossary that avoids nothing", () => {
    const project = repository({ "docs/glossary.md": "# Glossary\n" })
    expect(breachesIn(project)).toEqual(["docs/glossary.md: it avoids no word"])
  })
})
