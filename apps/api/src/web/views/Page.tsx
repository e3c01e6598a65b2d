/**
 * The document around every page. Nothing in it is inline, and all it loads is of the same origin.
 */
import type { Child } from "hono/jsx"

interface PageProps {
  readonly title: string
  readonly styles: ReadonlyArray<string>
  readonly scripts: ReadonlyArray<string>
  readonly children?: Child
}

const Document = ({ children, scripts, styles, title }: PageProps) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="no-referrer" />
      <meta name="robots" content="noindex" />
      <title>{title}</title>
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
      {styles.map((href) => (
        <link rel="stylesheet" href={href} />
      ))}
      {scripts.map((src) => (
        <script src={src} type="module" />
      ))}
    </head>
    {children}
  </html>
)

const render = (element: { readonly toString: () => string }): string => element.toString()

/** A page as text; its children are the body. */
export const page = (props: PageProps): string => `<!doctype html>\n${render(<Document {...props} />)}\n`
