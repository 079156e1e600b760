// STUB
export const PeoplePage = () => null
