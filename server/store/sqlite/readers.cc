#include "server/store/sqlite/readers.h"

namespace credlink::sqlite {

absl::StatusOr<std::unique_ptr<Readers>> Readers::Start(std::vector<Connection> connections,
                                                        FailureState& state, int queue_limit) {
  std::unique_ptr<Readers> readers(new Readers(state, queue_limit));
  for (Connection& connection : connections) {
    auto reader = std::make_unique<Reader>(std::move(connection));
    absl::StatusOr<std::unique_ptr<Queries>> queries = Queries::Prepare(reader->connection);
    if (!queries.ok()) return queries.status();
    reader->queries = *std::move(queries);
    readers->readers_.push_back(std::move(reader));
  }
  for (auto& reader : readers->readers_) {
    reader->thread =
        std::thread([&loop = *readers, &queries = *reader->queries] { loop.Loop(queries); });
  }
  return readers;
}

Readers::~Readers() {
  queue_.Close();
  for (auto& reader : readers_) {
    if (reader->thread.joinable()) reader->thread.join();
  }
}

void Readers::Submit(std::unique_ptr<Read> read) {
  if (state_.failed() || !queue_.Push(read)) read->Refuse();
}

void Readers::Loop(Queries& queries) {
  std::vector<std::unique_ptr<Read>> next;
  while (queue_.Pop(1, next)) {
    if (state_.failed()) {
      next.front()->Refuse();
    } else {
      next.front()->Answer(queries, state_);
    }
    next.clear();
  }
}

}  // namespace credlink::sqlite
