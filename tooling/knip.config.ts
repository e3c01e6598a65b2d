// Unused files, exports and dependencies. A package's public modules are its `exports`, so they are read from there.
import { globSync, readFileSync } from "node:fs"
import type { KnipConfig } from "knip"

const publicModules = (folder: string): Array<string> => {
  const manifest: unknown = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"))
  return [...JSON.stringify(manifest).matchAll(/"import":"\.\/dist\/([^"]+)\.js"/g)].map(([, path]) => `src/${path}.ts`)
}

const packageAt = (folder: string) => {
  const examples = globSync(`${folder}/examples/*.ts`).length > 0 ? ["examples/*.ts"] : []
  // What tooling/bench/build.mjs bundles.
  const programs = globSync(`${folder}/bench/{main,data}.ts`).map((path) => path.slice(folder.length + 1))
  const bench = programs.length > 0 ? ["bench/*.ts"] : []
  // What vitest.config.ts names.
  const worker = globSync(`${folder}/test/workers/worker.ts`).length > 0 ? ["test/workers/worker.ts"] : []
  const mutation = globSync(`${folder}/mutation/*.config.ts`).length > 0
  return {
    entry: [
      ...publicModules(folder),
      ...examples,
      ...programs,
      ...worker,
      ...(mutation ? ["mutation/*.config.ts"] : []),
    ],
    project: ["src/**/*.ts", "test/**/*.ts", ...examples, ...bench, ...(mutation ? ["mutation/*.ts"] : [])],
  }
}

const config: KnipConfig = {
  // @effect/language-service is the name @effect/tsgo goes by in tsconfig.
  ignoreDependencies: ["@effect/language-service"],
  workspaces: {
    ".": {
      entry: ["tooling/*.mjs"],
      project: ["tooling/*.mjs"],
      // What tooling/run.mjs and the scripts call by name.
      ignoreDependencies: ["pnpm", "turbo"],
    },
    ...Object.fromEntries(globSync("packages/*").map((folder) => [folder, packageAt(folder)])),
    "apps/tui": {
      // The thread that the screens start, and what the benchmarks bundle.
      entry: ["src/main.ts", "src/screen/worker/workerEntry.ts", "bench/hour.tsx"],
      project: ["src/**/*.{ts,tsx}", "bench/*.tsx", "test/**/*.{ts,tsx,mjs}"],
    },
    "apps/api": {
      // The entries, what stands in for packages in bundles, and what is bundled for browsers and for benchmarks in workerd.
      entry: [
        "edge.mjs",
        "src/main.ts",
        "src/worker/worker.ts",
        "src/openapi/standard{Json,Openapi}.ts",
        "src/web/browser/{wallboard,docs}.ts",
        "bench/object.ts",
      ],
      project: ["*.{mjs,ts}", "bench/*.ts", "src/**/*.{ts,tsx}", "test/**/*.{ts,tsx}"],
      // edge.mjs starts it.
      ignoreDependencies: ["wrangler"],
    },
    "tooling/bench": {
      entry: [
        "src/main.ts",
        "src/peak.ts",
        "src/peers/*.ts",
        "src/screen/{main,emulator}.ts",
        "src/api/{main,bare}.ts",
      ],
      project: ["*.mjs", "src/**/*.ts", "test/**/*.ts"],
      // What has to be built before, what nobody has to have, and what is called as a program.
      ignoreDependencies: ["@dwell/api", "@dwell/core", "@dwell/tui", "autocannon", "chdb", "wrangler"],
      ignoreBinaries: ["cc"],
    },
    "tooling/e2e": {
      project: ["test/**/*.ts"],
      // What has to be built before.
      ignoreDependencies: ["@dwell/api", "@dwell/tui"],
    },
    "tooling/checks": {
      entry: ["src/*.ts"],
      project: ["src/**/*.ts", "test/**/*.ts"],
      // What the documents' examples import.
      ignoreDependencies: ["@dwell/client", "@dwell/core", "@effect/platform"],
    },
  },
}

export default config
