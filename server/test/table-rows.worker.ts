import { answerWithTable } from '#platform/imports/answer-with-table.ts'
import { passRows } from './table-rows.ts'

await answerWithTable(passRows)
