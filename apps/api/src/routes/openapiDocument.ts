/**
 * The OpenAPI 3.1 document, generated from the routes.
 */
import { problems } from "@dwell/client/problem"
import { Hono } from "hono"
import { generateSpecs } from "hono-openapi"
import { make as accountApp } from "./accountApp.ts"
import { make as keysApp } from "../keys/routes/keysApp.ts"
import { version } from "../version.ts"
import { loadEffect } from "../openapi/describe.ts"

const intro = `Agent time of a contact centre on 8x8 ContactNow, over HTTP. Each figure is defined in
docs/definitions.md of Dwell's repository.

Instants are in Unix seconds, durations in seconds. The header \`Dwell-As-Of\` gives the instant up to which the log is known. Time
of a window that is not covered is listed in \`quality.uncovered\` and counted as untracked, never as zero. Failures are problem documents
(RFC 9457) with one of these codes:

${Object.entries(problems)
  .map(([code, [status, title]]) => `- \`${code}\` (${status}): ${title}`)
  .join("\n")}`

let made: Promise<object> | undefined

/** Generates it at the first call. */
export const document = (): Promise<object> => {
  loadEffect()
  made ??= generateSpecs(new Hono().route("/", accountApp()).route("/", keysApp()), {
    documentation: {
      info: { title: "Dwell", version, description: intro, license: { name: "MIT", identifier: "MIT" } },
      servers: [{ url: "/" }],
      tags: [
        { name: "Questions", description: "Read the agents of an account and their time" },
        { name: "Feeding", description: "Add events and names" },
        { name: "Keys", description: "Manage keys, and read the audit log" },
      ],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "A key from `dwell-api keys create`, or a JWT" },
        },
      },
    },
    defaultValidationErrorResponse: false,
  })
  return made
}
