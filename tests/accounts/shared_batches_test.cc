#include "server/accounts/shared_batches.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "server/faults/faults.h"
#include "server/runtime/executor.h"
#include "tests/runtime/run_task.h"

namespace credlink {
namespace {

std::shared_ptr<const EventBatch> BatchOf(int64_t after, int64_t end, uint64_t version) {
  auto batch = std::make_shared<EventBatch>();
  batch->after = after;
  batch->end = end;
  batch->version = version;
  if (end > after) batch->response = std::make_shared<const std::string>("events");
  return batch;
}

// Readings that are answered by hand.
class SharedBatchesTest : public testing::Test {
 protected:
  std::future<BatchResult> Get(int64_t after, uint64_t version) {
    SharedBatches::Read read = [this] { return Read(); };
    return StartTask(executor_, batches_.Get(after, version, std::move(read)));
  }

  Task<BatchResult> Read() {
    BatchResult result = co_await Await<BatchResult>([this](Completion<BatchResult> done) {
      MutexLock lock(mutex_);
      readings_.push_back(std::move(done));
      changed_.NotifyAll();
    });
    co_return result;
  }

  // Waits until so many readings have begun in all.
  void WaitForReadings(size_t count) {
    MutexLock lock(mutex_);
    while (readings_.size() < count) changed_.Wait(mutex_);
  }

  void Answer(size_t reading, BatchResult result) {
    WaitForReadings(reading + 1);
    Completion<BatchResult> done;
    {
      MutexLock lock(mutex_);
      done = std::move(readings_[reading]);
    }
    std::move(done)(std::move(result));
  }

  size_t readings() {
    MutexLock lock(mutex_);
    return readings_.size();
  }

  Mutex mutex_;
  CondVar changed_;
  std::vector<Completion<BatchResult>> readings_ ABSL_GUARDED_BY(mutex_);
  SharedBatches batches_;
  Executor executor_{2};
};

TEST_F(SharedBatchesTest, ManyWhoAskForTheSameShareOneReading) {
  std::vector<std::future<BatchResult>> answers;
  for (int i = 0; i < 100; ++i) answers.push_back(Get(7, 1));
  const auto batch = BatchOf(7, 9, 1);
  Answer(0, batch);
  for (auto& answer : answers) EXPECT_EQ(*answer.get(), batch);
  EXPECT_EQ(*Get(7, 2).get(), batch) << "events stay true, also after more were announced";
  EXPECT_EQ(readings(), 1);
}

TEST_F(SharedBatchesTest, OtherPlacesAreReadSideBySide) {
  auto seven = Get(7, 1);
  auto eight = Get(8, 1);
  WaitForReadings(2);
  // Which of the two began first is not said; each gets what its own reading answered.
  Answer(0, BatchOf(7, 9, 1));
  Answer(1, BatchOf(7, 9, 1));
  EXPECT_EQ((*seven.get())->end, 9);
  EXPECT_EQ((*eight.get())->end, 9);
}

TEST_F(SharedBatchesTest, NothingIsKeptWhereThereIsNothingNewer) {
  auto seven = Get(7, 1);
  const auto batch = BatchOf(7, 9, 1);
  Answer(0, batch);
  EXPECT_EQ(*seven.get(), batch);
  auto nine = Get(9, 1);
  Answer(1, BatchOf(9, 9, 1));
  EXPECT_EQ((*nine.get())->end, 9);
  auto late = Get(7, 1);
  Answer(2, BatchOf(7, 9, 1));
  EXPECT_EQ((*late.get())->end, 9);
}

TEST_F(SharedBatchesTest, NoEventsCountsForTheSameVersionOnly) {
  auto first = Get(7, 1);
  const auto nothing = BatchOf(7, 7, 1);
  Answer(0, nothing);
  EXPECT_EQ(*first.get(), nothing);
  auto later = Get(7, 2);
  const auto batch = BatchOf(7, 8, 2);
  Answer(1, batch);
  EXPECT_EQ(*later.get(), batch);
}

TEST_F(SharedBatchesTest, AFailureGoesToAllWhoWaitAndIsNotKept) {
  auto one = Get(7, 1);
  WaitForReadings(1);
  Answer(0, Fault(v1::ERROR_REASON_STORE_UNAVAILABLE));
  EXPECT_EQ(ReasonOf(one.get().status()), v1::ERROR_REASON_STORE_UNAVAILABLE);
  auto two = Get(7, 1);
  Answer(1, BatchOf(7, 8, 1));
  EXPECT_TRUE(two.get().ok());
}

}  // namespace
}  // namespace credlink
