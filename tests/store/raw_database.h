// A store's database as the owner of the file sees it with the sqlite3 shell.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>

namespace credlink {

class RawDatabase {
 public:
  explicit RawDatabase(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
  }
  ~RawDatabase() { sqlite3_close(database_); }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  // All values of the answer, one behind the other.
  std::string Ask(const std::string& sql) {
    std::string answer;
    char* error = nullptr;
    sqlite3_exec(
        database_, sql.c_str(),
        [](void* out, int count, char** values, char**) {
          for (int i = 0; i < count; ++i) {
            *static_cast<std::string*>(out) += values[i] != nullptr ? values[i] : "NULL";
          }
          return 0;
        },
        &answer, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_free(error);
    return answer;
  }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace credlink
