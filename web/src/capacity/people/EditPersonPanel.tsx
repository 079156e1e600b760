import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { changePerson, getPerson, type Person } from 'luytre/capacity/people/people.api.ts'
import { useTranslation } from 'react-i18next'
import { bodyOfPerson, valuesOfPerson } from '#capacity/people/person-form.ts'
import { PersonFields } from '#capacity/people/PersonFields.tsx'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { fieldProblems } from '#ui/form/field-problems.ts'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const route = getRouteApi('/shell/people/$personId/edit')

export function EditPersonPanel() {
  const { t } = useTranslation('people')
  const { personId } = route.useParams()
  const person = useQuery(queryFor(getPerson, { params: { personId } }))
  const closeTo = { to: '/people/$personId', params: { personId }, search: true } as const
  if (person.error && !person.data) {
    return (
      <DetailPanel title={t('editPerson.title')} closeTo={closeTo}>
        <ErrorState error={person.error} onRetry={() => void person.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!person.data) return <PanelSkeleton title={t('editPerson.title')} closeTo={closeTo} />
  return <PersonForm key={personId} person={person.data} />
}

function PersonForm({ person }: { person: Person }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const change = useChange(changePerson, staleAfterPeopleChange)
  const closeTo = { to: '/people/$personId', params: { personId: person.id }, search: true } as const
  const form = useForm({
    initial: valuesOfPerson(person),
    version: person.version,
    draft: `person.${person.id}`,
    check: values => fieldProblems(changePerson, bodyOfPerson(values)),
    submit: async (values, version) => {
      const saved = await change.mutateAsync({ params: { personId: person.id }, body: bodyOfPerson(values), ifMatch: version })
      notifications.show({ message: t('editPerson.done', { name: saved.name }) })
      await navigate(closeTo)
    },
    record: person,
    theirs: current => ({ values: valuesOfPerson(current as Person), version: (current as Person).version }),
  })
  return (
    <DetailPanel title={t('editPerson.title')} subtitle={person.name} closeTo={closeTo}>
      <FormFrame form={form} submit={t('editPerson.submit')} cancelTo={closeTo}>
        <PersonFields
          form={form}
          personId={person.id}
          supervisor={person.supervisor}
          role={person.roleCode === null ? null : { code: person.roleCode, name: person.roleName }}
        />
      </FormFrame>
    </DetailPanel>
  )
}
