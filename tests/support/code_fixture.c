#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "code_fixture.h"

#include <string.h>

enum { MODULE_STEP = 1000, BEHIND_STEP = 500 };

void code_fixture_start(struct code_fixture *fixture)
{
    *fixture = (struct code_fixture){ 0 };
    fixture->input.previous = (struct drift_side){ .spec = "v2.0.6", .label = "v2.0.6" };
    fixture->input.current = (struct drift_side){ .spec = "v2.0.7", .label = "v2.0.7" };
    fixture->input.clock = clock_frozen(1737556200000);
    fixture->input.random = random_seeded(1);
    fixture->input.modules = fixture->modules;
    code_fixture_module(fixture, "mb-auth");
}

void code_fixture_end(struct code_fixture *fixture)
{
    for (size_t i = 0; i < fixture->input.module_count; i++) {
        commit_fixture_end(&fixture->ahead[i]);
        commit_fixture_end(&fixture->behind[i]);
    }
    if (fixture->report)
        drift_report_free(&fixture->report);
}

unsigned code_fixture_module(struct code_fixture *fixture, const char *name)
{
    unsigned number = (unsigned)fixture->input.module_count++;

    assert_true(number < CODE_FIXTURE_MODULES);
    commit_fixture_start(&fixture->ahead[number], number * MODULE_STEP + 1);
    commit_fixture_start(&fixture->behind[number], number * MODULE_STEP + BEHIND_STEP + 1);
    fixture->modules[number] = (struct module_input){
        .name = name, .in_previous = true, .in_current = true, .code = &fixture->codes[number]
    };
    return number;
}

void code_fixture_file(struct code_fixture *fixture, enum file_status status, const char *path,
                       const char *old_path, uint64_t insertions, uint64_t deletions)
{
    struct file_change_list *files = &fixture->codes[0].files;
    struct arena *arena = fixture->ahead[0].arena;
    struct file_change *changes = arena_array(arena, files->count + 1, sizeof *changes);
    struct file_change *file = &changes[files->count];

    if (files->count > 0)
        memcpy(changes, files->changes, files->count * sizeof *changes);
    *file = (struct file_change){ .status = status,
                                  .path = arena_text(arena, path),
                                  .old_path = arena_text(arena, old_path),
                                  .counted = true,
                                  .insertions = insertions,
                                  .deletions = deletions };
    if (status != FILE_ADDED)
        file->old_blob = fixture_object(7001);
    if (status != FILE_DELETED)
        file->new_blob = fixture_object(7002);
    files->changes = changes;
    files->count++;
    files->insertions += insertions;
    files->deletions += deletions;
}

const struct drift_report *code_fixture_detect(struct code_fixture *fixture)
{
    for (size_t i = 0; i < fixture->input.module_count; i++) {
        struct code_input *code = &fixture->codes[i];

        code->ahead = commit_fixture_list(&fixture->ahead[i], &code->ahead_count);
        code->behind = commit_fixture_list(&fixture->behind[i], &code->behind_count);
        code->ahead_patches = fixture->ahead[i].newest_first_patches;
        code->behind_patches = fixture->behind[i].newest_first_patches;
    }
    if (fixture->report)
        drift_report_free(&fixture->report);
    fixture->report = drift_detect(&fixture->input);
    return fixture->report;
}

const struct drift_commit *code_fixture_commit(const struct code_fixture *fixture, unsigned number)
{
    char id[FIXTURE_ID_SIZE];

    fixture_id(number, id);
    for (size_t i = 0; i < fixture->report->code_count; i++) {
        const struct drift_code *code = &fixture->report->codes[i];

        for (size_t k = 0; k < code->commit_count; k++) {
            if (strcmp(code->commits[k].id, id) == 0)
                return &code->commits[k];
        }
        for (size_t k = 0; k < code->behind_count; k++) {
            if (strcmp(code->behind[k].id, id) == 0)
                return &code->behind[k];
        }
    }
    fail_msg("no commit was made under %u", number);
    return NULL;
}

const struct drift_change *code_fixture_change(const struct code_fixture *fixture, unsigned number)
{
    size_t change = code_fixture_commit(fixture, number)->change;

    assert_true(change < fixture->report->change_count);
    return &fixture->report->changes[change];
}
