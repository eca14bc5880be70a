import type { Child } from 'hono/jsx'

/** A name and what it stands for, in a `dl.pairs`. */
export function Pair({ name, children }: { readonly name: string; readonly children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
