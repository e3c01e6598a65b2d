/**
 * The API reference, rendered by Swagger UI from `/openapi.json`.
 */
import { problems } from "@dwell/client/problem"
import { page } from "./Page.tsx"

/** The page. Besides the usual content-security policy it needs `img-src 'self' data:`. */
export const docs = (): string =>
  page({
    title: "Dwell API",
    styles: ["/assets/swagger/swagger-ui.css", "/assets/docs.css"],
    scripts: ["/assets/docs.js"],
    children: (
      <body>
        <main id="reference">
          <noscript>
            This page needs JavaScript. The OpenAPI document is <a href="/openapi.json">openapi.json</a>.
          </noscript>
        </main>
        <section class="problems">
          <h2>Problems</h2>
          <p>
            The meaning of each <code>code</code>. The <code>detail</code> of a failure says what to do.
          </p>
          <dl>
            {Object.entries(problems).map(([code, [status, title]]) => (
              <>
                <dt id={code}>
                  <code>{code}</code> {status}
                </dt>
                <dd>{title}.</dd>
              </>
            ))}
          </dl>
        </section>
      </body>
    ),
  })
