/**
 * The document of OpenAPI 3.1, made of the routes themselves.
 */
import { problems } from "@dwell/client/problem"
import { Hono } from "hono"
import { generateSpecs } from "hono-openapi"
import { make as accountApp } from "../routes/accountApp.ts"
import { make as keysApp } from "../keys/routes/keysApp.ts"
import { version } from "../version.ts"
import { loadEffect } from "./describe.ts"

const intro = `Agent time of a contact centre on 8x8 ContactNow, over HTTP. What each figure means is in
docs/definitions.md of Dwell's repository.

Instants are Unix seconds, lengths seconds. Every answer says in \`Dwell-As-Of\` up to when the log is known; what of a window
is not covered is told in \`quality.uncovered\` and counted as untracked, never as zero. Failures are problem documents
(RFC 9457) with one of these codes:

${Object.entries(problems)
  .map(([code, [status, title]]) => `- \`${code}\` (${status}): ${title}`)
  .join("\n")}`

let made: Promise<object> | undefined

/** Makes it when it is first asked for. */
export const document = (): Promise<object> => {
  loadEffect()
  made ??= generateSpecs(new Hono().route("/", accountApp()).route("/", keysApp()), {
    documentation: {
      info: { title: "Dwell", version, description: intro, license: { name: "MIT", identifier: "MIT" } },
      servers: [{ url: "/" }],
      tags: [
        { name: "Questions", description: "What is known of an account's agents and their time" },
        { name: "Feeding", description: "What makes it known" },
        { name: "Keys", description: "Who may ask, and what admins did" },
      ],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "A key of `dwell-api keys create`, or a JWT" },
        },
      },
    },
    defaultValidationErrorResponse: false,
  })
  return made
}
