/**
 * The reference of the API, drawn by Swagger UI from `/openapi.json`.
 */
import { problems } from "@dwell/client/problem"
import { page } from "./Page.tsx"

/** The page; it needs `img-src 'self' data:` of its content-security policy besides what the others do. */
export const docs = (): string =>
  page({
    title: "Dwell API",
    styles: ["/assets/swagger/swagger-ui.css", "/assets/docs.css"],
    scripts: ["/assets/docs.js"],
    children: (
      <body>
        <main id="reference">
          <noscript>
            This page needs JavaScript; the description itself is <a href="/openapi.json">openapi.json</a>.
          </noscript>
        </main>
        <section class="problems">
          <h2>Problems</h2>
          <p>
            What a failure's <code>code</code> means; its <code>detail</code> says what to do.
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
