#include "fixture_case.h"

struct fixture_repository *fixture;
struct builder *build;

int fixture_case_begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    return 0;
}

int fixture_case_end(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}
