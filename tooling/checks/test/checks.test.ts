// Several tools check nothing on TypeScript 7 and say so to nobody. Each check of this repository is broken here once,
// with the repository's own configuration, and has to notice.
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Schema from "effect/Schema"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

const root = join(import.meta.dirname, "../../..")
const bin = join(root, "node_modules", ".bin")

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "dwell-checks-"))
  for (const file of [".oxlintrc.json", ".oxfmtrc.json", "tsconfig.base.json", "tooling/knip.config.ts"]) {
    cpSync(join(root, file), join(project, file))
  }
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"))
  write({
    "package.json": JSON.stringify({ name: "broken", private: true, type: "module" }),
    "pnpm-workspace.yaml": "packages: [packages/*]\n",
    "packages/core/package.json": JSON.stringify({
      name: "@dwell/core",
      type: "module",
      exports: { ".": { import: "./dist/index.js" } },
      peerDependencies: { effect: "*" },
    }),
    "packages/core/tsconfig.json": JSON.stringify({
      extends: "../../tsconfig.base.json",
      include: ["src"],
    }),
  })
  symlinkSync(join(root, "packages/core/node_modules"), join(project, "packages/core/node_modules"))
})

afterEach(() => rmSync(project, { recursive: true }))

const write = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true })
    writeFileSync(join(project, name), text)
  }
}

const run = (tool: string, args: ReadonlyArray<string>) => {
  const { status, stdout, stderr, error } = spawnSync(tool === "node" ? process.execPath : join(bin, tool), args, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  })
  if (error !== undefined) throw error
  return { status, output: stdout + stderr }
}

const sound = "export const seconds = (from: number, to: number): number => to - from\n"

describe("lint", () => {
  test("passes what is sound", () => {
    write({ "packages/core/src/index.ts": sound })
    expect(run("oxlint", ["packages"])).toMatchObject({ status: 0 })
  })

  test.each([
    [
      "a floating promise",
      "no-floating-promises",
      "const read = async () => 1\nexport const start = () => {\n  read()\n}\n",
    ],
    ["any", "no-explicit-any", "export const anything: any = 1\n"],
    ["an unsafe value", "no-unsafe-assignment", "export const row: { uid: string } = JSON.parse('{}')\n"],
    ["a non-null assertion", "no-non-null-assertion", "export const first = (list: string[]): string => list[0]!\n"],
    [
      "a barrel import of Effect",
      "no-restricted-imports",
      'import { Effect } from "effect"\nexport const one = Effect.succeed(1)\n',
    ],
    ["a console", "no-console", 'console.log("here")\nexport const one = 1\n'],
  ])("fails on %s", (_, rule, source) => {
    write({ "packages/core/src/index.ts": source })
    const { status, output } = run("oxlint", ["packages"])
    expect(output).toContain(rule)
    expect(status).not.toBe(0)
  })

  test("fails on a circular import", () => {
    write({
      "packages/core/src/index.ts": 'import { two } from "./two.ts"\nexport const one = (): number => two() - 1\n',
      "packages/core/src/two.ts": 'import { one } from "./index.ts"\nexport const two = (): number => one() + 1\n',
    })
    const { status, output } = run("oxlint", ["packages"])
    expect(output).toContain("no-cycle")
    expect(status).not.toBe(0)
  })
})

// Types of a package that isn't built are errors to the linter, which it may or may not be when nobody waits for it.
test("lint waits for the build of every package", () => {
  const Turbo = Schema.parseJson(
    Schema.Struct({
      tasks: Schema.Struct({ "//#check:lint": Schema.Struct({ dependsOn: Schema.Array(Schema.String) }) }),
    }),
  )
  const { tasks } = Schema.decodeSync(Turbo)(readFileSync(join(root, "turbo.json"), "utf8"))
  const builds = readdirSync(join(root, "packages")).map((name) => `@dwell/${name}#build`)
  expect(tasks["//#check:lint"].dependsOn.toSorted()).toEqual(builds.toSorted())
})

test("the Effect check fails on an effect that nobody runs", () => {
  write({
    "packages/core/src/index.ts":
      'import * as Effect from "effect/Effect"\nexport const start = (): void => {\n  Effect.log("lost")\n}\n',
  })
  const { status, output } = run("effect-tsgo", ["diagnostics", "--project", "packages/core/tsconfig.json"])
  expect(output).toContain("floatingEffect")
  expect(status).not.toBe(0)
})

describe("types", () => {
  test.each([
    ["an index that may be missing", "export const first = (list: ReadonlyArray<string>): string => list[0]\n"],
    ["undefined for an absent option", "export const options: { zone?: string } = { zone: undefined }\n"],
  ])("fails on %s", (_, source) => {
    write({ "packages/core/src/index.ts": source })
    expect(run("tsc", ["-p", "packages/core/tsconfig.json"])).not.toMatchObject({ status: 0 })
  })
})

test("the format check fails on a semicolon", () => {
  write({ "packages/core/src/index.ts": "export const one = 1;\n" })
  const { status, output } = run("oxfmt", ["--check"])
  expect(output).toContain("packages/core/src/index.ts")
  expect(status).not.toBe(0)
})

describe("unused", () => {
  test("fails on an export that nothing imports", () => {
    write({
      "packages/core/src/index.ts": 'export { one } from "./numbers.ts"\n',
      "packages/core/src/numbers.ts": "export const one = 1\nexport const two = 2\n",
    })
    const { status, output } = run("knip", ["--no-progress", "--config", "tooling/knip.config.ts"])
    expect(output).toMatch(/Unused exports[^]*two/)
    expect(status).not.toBe(0)
  })

  test("fails on a file that nothing imports", () => {
    write({ "packages/core/src/index.ts": sound, "packages/core/src/left.ts": "export {}\n" })
    const { status, output } = run("knip", ["--no-progress", "--config", "tooling/knip.config.ts"])
    expect(output).toMatch(/Unused files[^]*left\.ts/)
    expect(status).not.toBe(0)
  })
})

describe("floors", () => {
  const floors = (files: Record<string, string>) => {
    write(files)
    return run("node", [join(root, "tooling/checks/src/floors.ts"), join(project, "packages/core/src")])
  }
  const house = {
    "packages/core/src/Window.ts": sound,
    "packages/core/src/interval/Interval.ts": 'export { seconds } from "../Window.ts"\n',
  }

  test("passes a house in order", () => {
    expect(floors(house)).toMatchObject({ status: 0 })
  })

  test.each([
    ["a room that looks up", "Report", { "Report.ts": sound, "Window.ts": 'export { seconds } from "./Report.ts"\n' }],
    [
      "a room that looks across",
      "contactnow",
      { "contactnow/Token.ts": sound, "interval/Bucket.ts": 'export { seconds } from "../contactnow/Token.ts"\n' },
    ],
    ["a module without a floor", "Extra", { "Extra.ts": sound }],
    ["Node in core", "node:fs", { "Category.ts": 'export { readFileSync } from "node:fs"\n' }],
    ["a clock in the kernel", "Date", { "interval/Bucket.ts": "export const now = (): number => Date.now()\n" }],
    ["chance in the kernel", "Math.random", { "interval/Bucket.ts": "export const pick = () => Math.random()\n" }],
    ["Effect in the kernel", "effect/Effect", { "interval/Bucket.ts": 'export { succeed } from "effect/Effect"\n' }],
    [
      "Effect reached through another module",
      "effect/Either",
      { "Window.ts": `export { right } from "effect/Either"\n${sound}` },
    ],
  ])("fails on %s", (_, named, files) => {
    const { status, output } = floors({
      ...house,
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`packages/core/src/${name}`, text])),
    })
    expect(output).toContain(named)
    expect(status).toBe(1)
  })
})

describe("the tally", () => {
  const tally = (tests: Record<string, string>) => {
    mkdirSync(join(project, "tooling"), { recursive: true })
    cpSync(join(root, "tooling/tally.mjs"), join(project, "tooling/tally.mjs"))
    write({
      "packages/core/package.json": JSON.stringify({ name: "@dwell/core", scripts: { test: "vitest run" } }),
      "packages/core/vitest.config.ts":
        'export default { test: { reporters: ["json"], outputFile: { json: ".vitest/results.json" } } }\n',
      ...tests,
    })
    spawnSync(join(root, "packages/core/node_modules/.bin/vitest"), ["run"], { cwd: join(project, "packages/core") })
    return run("node", ["tooling/tally.mjs"])
  }
  const passing = 'import { expect, it } from "vitest"\nit("adds", () => expect(1 + 1).toBe(2))\n'

  test("counts what passed", () => {
    expect(tally({ "packages/core/one.test.ts": passing })).toEqual({ status: 0, output: "1 passed, 0 failed\n" })
  })

  test("names what failed, in a test and in a file, and ends with the count", () => {
    const { status, output } = tally({
      "packages/core/one.test.ts": `${passing}it("subtracts", () => expect(2 - 1).toBe(3))\n`,
      "packages/core/two.test.ts": 'throw new Error("no way in")\n',
    })
    expect(output).toContain("FAILED packages/core/one.test.ts: subtracts\nAssertionError: expected 1 to be 3")
    expect(output).toContain("FAILED packages/core/two.test.ts: the file itself\nno way in")
    expect(output.endsWith("\n1 passed, 2 failed\n")).toBe(true)
    expect(status).toBe(1)
  })

  test("counts a suite that left no result as failed", () => {
    const { status, output } = tally({ "packages/core/vitest.config.ts": "throw new Error()\n" })
    expect(output).toBe("\nFAILED packages/core/package.json: @dwell/core\nno test results\n0 passed, 1 failed\n")
    expect(status).toBe(1)
  })
})
