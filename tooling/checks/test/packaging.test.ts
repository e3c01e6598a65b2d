// What is published works away from home: packed, linted, unpacked into an empty project, type-checked and run there.
import { spawn, spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { make } from "@dwell/emulator"
import { serve } from "@dwell/emulator/node"
import * as Schema from "effect/Schema"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const root = join(import.meta.dirname, "../../..")
const project = mkdtempSync(join(tmpdir(), "dwell-packaging-"))
const tarball = (name: string) => join(project, `${name}.tgz`)

const run = (command: string, args: ReadonlyArray<string>, options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: "utf8", ...options })
  return { status, output: `${stdout}${stderr}` }
}

const bin = (name: string) => join(root, "node_modules/.bin", name)

const Dependencies = Schema.optionalWith(Schema.Record({ key: Schema.String, value: Schema.String }), {
  default: () => ({}),
})
const Manifest = Schema.parseJson(Schema.Struct({ dependencies: Dependencies, peerDependencies: Dependencies }))

const manifestText = (folder: string): string => readFileSync(join(folder, "package.json"), "utf8")

/** Each after those that it depends on. */
const packages = ["core", "emulator", "client"]

beforeAll(() => {
  mkdirSync(join(project, "node_modules/@dwell"), { recursive: true })
  mkdirSync(join(project, "node_modules/@types"))
  for (const name of packages) {
    const packed = run(bin("pnpm"), ["pack", "--out", tarball(name)], { cwd: join(root, "packages", name) })
    if (packed.status !== 0) throw new Error(packed.output)
    run("tar", ["-xzf", tarball(name)])
    cpSync(join(project, "package"), join(project, "node_modules/@dwell", name), { recursive: true })
    rmSync(join(project, "package"), { recursive: true })
    // In place of an install from a registry: the dependencies that the package names, and no others.
    const { dependencies, peerDependencies } = Schema.decodeSync(Manifest)(
      manifestText(join(project, "node_modules/@dwell", name)),
    )
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      const to = join(project, "node_modules", dependency)
      // Another package's, or one of them.
      if (existsSync(to)) continue
      mkdirSync(join(to, ".."), { recursive: true })
      symlinkSync(join(root, "packages", name, "node_modules", dependency), to)
    }
  }
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"))
  cpSync(join(root, "packages/core/examples/report.ts"), join(project, "report.ts"))
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }))
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, module: "nodenext", target: "es2024", noEmit: true, types: ["node"] },
      include: ["report.ts"],
    }),
  )
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe.each(packages)("@dwell/%s", (name) => {
  test("publint finds nothing", async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: Uint8Array.from(readFileSync(tarball(name))).buffer },
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test("attw finds types for every entry", () => {
    const { output, status } = run(join(root, "tooling/checks/node_modules/.bin/attw"), [
      tarball(name),
      "--profile",
      "esm-only",
    ])
    expect(status, output).toBe(0)
  })

  test("holds its sources, its README and its licence, and no dependency on this workspace", () => {
    const folder = join(project, "node_modules/@dwell", name)
    expect(
      globSync("{README.md,LICENSE,dist/index.js,dist/index.d.ts,src/index.ts}", { cwd: folder }).toSorted(),
    ).toEqual(["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "src/index.ts"])
    expect(manifestText(folder)).not.toMatch(/workspace:|catalog:/)
  })
})

test("the example is under 40 lines", () => {
  expect(readFileSync(join(project, "report.ts"), "utf8").trimEnd().split("\n").length).toBeLessThan(40)
})

test("the example type-checks", () => {
  expect(run(bin("tsc"), ["-p", project])).toEqual({ status: 0, output: "" })
})

test("the example runs", async () => {
  const emulator = make({ agents: 3, days: 9 })
  const server = await serve(emulator, { port: 0 })
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn(bin("node"), ["report.ts"], {
      cwd: project,
      env: { ...process.env, DWELL_BASE_URL: server.url, DWELL_USERNAME: "api-user", DWELL_PASSWORD: "api-key" },
    })
    let text = ""
    child.stdout.on("data", (chunk) => (text += String(chunk)))
    child.stderr.on("data", (chunk) => (text += String(chunk)))
    child.once("error", reject).once("close", () => resolve(text))
  })
  await server.close()
  expect(output.trim().split("\n")).toHaveLength(3)
  expect(output).toMatch(/^700101 \d+ (0\.\d+|null|0|1)$/m)
})
