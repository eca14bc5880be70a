import { query } from '../api/client.ts'

/** Labels as small links, each to the eUICCs that bear it. */
export function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }) {
  const entries = Object.entries(labels).filter(([name]) => name !== 'name')
  if (entries.length === 0) return <span class="soft">–</span>
  return (
    <span class="chips">
      {entries.map(([name, value]) => (
        <a key={name} class="chip" href={`/console/euiccs${query({ label: `${name}:${value}` })}`}>
          <span class="soft">{name}</span> {value}
        </a>
      ))}
    </span>
  )
}
