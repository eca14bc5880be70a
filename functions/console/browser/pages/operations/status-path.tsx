import { isFinal } from '../../api/operations.ts'

const PATH = ['queued', 'delivered', 'executed'] as const

/** The way of an operation, and how far this one has come. */
export function StatusPath({ status }: { readonly status: string }) {
  const steps = [...(status === 'held' ? ['held'] : []), ...PATH, isFinal(status) ? status : 'succeeded']
  const here = steps.indexOf(status)
  return (
    <ol class="status-path" aria-label="How far it has come">
      {steps.map((step, index) => (
        <li
          key={step}
          class={index < here && (status === 'succeeded' || !isFinal(status)) ? 'passed' : undefined}
          aria-current={index === here ? 'step' : undefined}
          data-status={index === here ? status : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  )
}
