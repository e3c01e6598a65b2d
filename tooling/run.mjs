// What `npm start`, `npm test` and the scripts of package.json do: `node tooling/run.mjs COMMAND`.
//
// Runs on any Node from 20 on with npm alone: installs what is missing with the pinned pnpm, then works with the
// repository's own Node and tools, which the install has put into node_modules/.bin.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs"
import { availableParallelism } from "node:os"
import { delimiter, dirname, join, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const windows = process.platform === "win32"
const env = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  // Node compiles each tool and library once, not once for every process.
  NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled"),
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
}

const run = (command, args, options = {}) => {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env,
    shell: windows,
    stdio: "inherit",
    ...options,
  })
  if (error) console.error(`${command} could not be started: ${error.message}`)
  return error || signal ? 1 : (status ?? 1)
}

const isInstalled = () => {
  const marker = join(root, "node_modules", ".modules.yaml")
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, "pnpm-lock.yaml")).mtimeMs
}

const install = () => {
  if (isInstalled()) return 0
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  console.error(`Installing with ${packageManager} ...`)
  // stdout belongs to the program's own answer, so what the installer says goes to stderr.
  const status = run("npx", ["--yes", "-p", packageManager, "pnpm", "install", "--frozen-lockfile"], {
    stdio: ["ignore", 2, 2],
  })
  // pnpm leaves the marker's time alone where nothing had to be done, and the next run would ask again.
  if (status === 0) utimesSync(join(root, "node_modules", ".modules.yaml"), new Date(), new Date())
  return status
}

const kinds = ["packages", "apps", "tooling"]

/** Results of an earlier run must not count as this one's. */
const forgetResults = () => {
  for (const kind of kinds) {
    for (const entry of readdirSync(join(root, kind), { withFileTypes: true })) {
      if (entry.isDirectory()) rmSync(join(root, kind, entry.name, ".vitest"), { recursive: true, force: true })
    }
  }
}

const turbo = (...args) => run("turbo", ["run", ...args], { stdio: ["inherit", 2, 2] })

/** Each package is tested by one process, and as many packages at once as there are cores. */
const suite = (effort) => {
  forgetResults()
  const status = run(
    "turbo",
    [
      "run",
      "build",
      "check",
      "test",
      "--output-logs=new-only",
      "--continue",
      `--concurrency=${availableParallelism()}`,
    ],
    { env: { ...env, VITEST_MAX_WORKERS: "1", ...effort } },
  )
  return run("node", [join("tooling", "tally.mjs")]) || status
}

/** The packages with tests that files are in, each with its files: `packages/core` has `src/EventBatch.ts`. */
const byPackage = (files) => {
  const packages = new Map()
  for (const file of files) {
    const [kind, name, ...path] = relative(root, file).split(sep)
    const folder = join(kind, name ?? "")
    const isTested = kinds.includes(kind) && existsSync(join(root, folder, "vitest.config.ts"))
    if (!isTested || !/\.tsx?$/.test(file) || !existsSync(file)) {
      console.error(
        `${relative(root, file)}: not a source file of a package with tests. \`npm test\` tests what it changes.`,
      )
    } else packages.set(folder, [...(packages.get(folder) ?? []), join(...path)])
  }
  return packages
}

/** The files that differ from the last commit. */
const changedFiles = () =>
  [
    ["diff", "--name-only", "HEAD"],
    ["ls-files", "--others", "--exclude-standard"],
  ].flatMap((words) => {
    const { error, stdout } = spawnSync("git", words, { cwd: root, encoding: "utf8" })
    if (error) throw error
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((file) => join(root, file))
  })

/**
 * The tests that files are related to in their own packages, with a tenth of the generated cases, and without those of
 * built programs and Workers.
 */
const changed = (args) => {
  const files = args.map((file) => resolve(process.env.INIT_CWD ?? root, file))
  const packages = byPackage(files.length > 0 ? files : changedFiles())
  if (packages.size === 0) {
    console.error(
      "Nothing to test. `npm run test:changed -- FILE...` names files; without FILE it tests what differs from the last commit.",
    )
    return files.length > 0 ? 2 : 0
  }
  const filters = Array.from(packages.keys(), (folder) => `--filter=./${folder}...`)
  const statuses = [turbo("build", ...filters, "--output-logs=errors-only", "--log-prefix=none")]
  for (const [folder, paths] of packages) {
    const cwd = join(root, folder)
    const status = run(
      "vitest",
      ["related", "--run", "--passWithNoTests", "--exclude=test/{processes,pty,worker*}/**", ...paths],
      {
        cwd,
        env: {
          ...env,
          PATH: [join(cwd, "node_modules", ".bin"), env.PATH].join(delimiter),
          VITEST_MAX_WORKERS: String(availableParallelism()),
          DWELL_TEST_EFFORT: "0.1",
        },
      },
    )
    statuses.push(status)
  }
  return Math.max(...statuses)
}

/** Breaks a folder of core's sources in one place at a time; see docs/contributing.md. */
const mutate = ([place, ...args]) => {
  if (place === undefined) {
    console.error("usage: npm run mutation -- interval|log|store|contactnow, or a file of one of them")
    return 2
  }
  const cwd = join(root, "packages", "core")
  return (
    turbo("build", "--filter=@dwell/core...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("stryker", ["run", "mutation/stryker.config.ts", ...args], {
      cwd,
      env: {
        ...env,
        PATH: [join(cwd, "node_modules", ".bin"), env.PATH].join(delimiter),
        DWELL_MUTATED: place,
      },
    })
  )
}

const commands = {
  // What every command does first is all there is to do.
  install: () => 0,
  start: (args) =>
    turbo("build", "--filter=@dwell/tui...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("node", [join("apps", "tui", "dist", "dwell.js"), ...(args.length > 0 ? args : ["demo"])]),
  test: () => suite({}),
  "test:changed": changed,
  mutation: mutate,
  "test:long": () => suite({ DWELL_TEST_EFFORT: "10" }),
  api: (args) =>
    turbo("build", "--filter=@dwell/api...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("node", [join("apps", "api", "dist", "dwell-api.js"), ...(args.length > 0 ? args : ["demo"])]),
  edge: (args) =>
    turbo("build", "--filter=@dwell/api...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("node", [join("apps", "api", "edge.mjs"), ...args]),
  bench: (args) =>
    turbo("build", "--filter=@dwell/bench...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("node", [join("tooling", "bench", "src", "main.ts"), ...args]),
  pictures: () =>
    turbo("build", "--filter=@dwell/tui...", "--output-logs=errors-only", "--log-prefix=none") ||
    run("vitest", ["run", "test/processes/pictures.test.ts"], {
      cwd: join(root, "apps", "tui"),
      env: {
        ...env,
        PATH: [join(root, "apps", "tui", "node_modules", ".bin"), env.PATH].join(delimiter),
        DWELL_PICTURES: join(root, "docs", "screens"),
      },
    }),
}

const [name, ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined
if (command === undefined) {
  console.error(`usage: node tooling/run.mjs ${Object.keys(commands).join("|")}`)
  process.exit(2)
}
process.exit(install() || command(args))
