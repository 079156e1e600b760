import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { getMe } from 'luytre/platform/identity/identity.api.ts'
import {
  getOrganisation,
  organisationChanges,
  recordOrganisationChange,
  type OrganisationOverTime,
} from 'luytre/platform/organisations/organisations.api.ts'
import { useTranslation } from 'react-i18next'
import { contentOf, hasPredecessor, valuesOf, type OrganisationValues } from '#organisation/organisation-form.ts'
import { OrganisationFields } from '#organisation/OrganisationFields.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { DateField } from '#ui/form/DateField.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { useForm, type Form } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const closeTo = { to: '/organisation', search: true } as const

/** What the organisation is from a day on. */
export function ChangeOrganisationPanel() {
  const { t } = useTranslation('organisation')
  const organisation = useQuery(queryFor(getOrganisation))
  if (organisation.error)
    return (
      <DetailPanel title={t('change.title')} closeTo={closeTo}>
        <ErrorState error={organisation.error} onRetry={() => void organisation.refetch()} isInline />
      </DetailPanel>
    )
  if (!organisation.data) return <PanelSkeleton title={t('change.title')} closeTo={closeTo} />
  return (
    <DetailPanel title={t('change.title')} closeTo={closeTo}>
      <ChangeForm organisation={organisation.data} />
    </DetailPanel>
  )
}

const startOf = ({ states }: OrganisationOverTime): OrganisationValues => ({
  ...valuesOf({ ...states.at(-1)!, predecessor: null, basis: '' }),
  change: 'renamed',
  startsOn: '',
})

function bodyOf(values: OrganisationValues) {
  const change = organisationChanges.find(one => one === values['change']) ?? 'renamed'
  const content = contentOf(values)
  return { ...content, change, predecessor: hasPredecessor(change) ? content.predecessor : null, startsOn: values['startsOn'] ?? '' }
}

function ChangeForm({ organisation }: { organisation: OrganisationOverTime }) {
  const { t } = useTranslation('organisation')
  const navigate = useNavigate()
  const record = useChange(recordOrganisationChange, [getOrganisation, getMe])
  const form: Form<OrganisationValues> = useForm<OrganisationValues>({
    initial: startOf(organisation),
    version: organisation.version,
    draft: 'organisation.change',
    check: values => fieldProblems(recordOrganisationChange, bodyOf(values)),
    submit: async (values, version) => {
      await record.mutateAsync({ body: bodyOf(values), ifMatch: version })
      notifications.show({ message: t('change.done') })
      await navigate({ to: '/organisation' })
    },
    theirs: current => ({ values: startOf(current as OrganisationOverTime), version: (current as OrganisationOverTime).version }),
  })
  return (
    <FormFrame form={form} submit={t('change.submit')} cancelTo={closeTo}>
      <SelectField
        form={form}
        name="change"
        label={t('fields.change')}
        choices={organisationChanges.map(change => ({ value: change, label: t(`changeChoices.${change}`) }))}
      />
      <DateField form={form} name="startsOn" label={t('fields.startsOn')} help={t('fields.startsOnHelp')} />
      <OrganisationFields form={form} change={form.values['change']} />
    </FormFrame>
  )
}
