"""The model of one vLLM engine: batch limit, KV cache, speeds, preemption."""
import unittest

from fleet.engine import Engine
from fleet.profile import EngineProfile
from fleet.request import Request

DT = 0.1


def request(prompt: int = 100, output: int = 50, finish_reason: str = "stop") -> Request:
    return Request("m", 0.0, prompt, output, finish_reason)


def run(engine: Engine, seconds: float, start: float = 0.0) -> list[Request]:
    finished = []
    for step in range(round(seconds / DT)):
        finished += engine.step(start + step * DT, DT)
    return finished


class Batch(unittest.TestCase):
    def test_runs_no_more_than_max_num_seqs_and_lets_the_rest_wait(self) -> None:
        engine = Engine(EngineProfile(max_num_seqs=4))
        for _ in range(10):
            engine.submit(request(output=1000))
        engine.step(0, DT)
        self.assertEqual((len(engine.running), len(engine.waiting)), (4, 6))

    def test_whoever_looks_finds_requests_waiting_only_behind_a_full_batch(self) -> None:
        engine = Engine(EngineProfile(max_num_seqs=4))
        for index in range(40):
            engine.submit(request(output=10 + 7 * index))
        for step in range(100):
            engine.step(step * DT, DT)
            if engine.waiting:
                self.assertEqual(len(engine.running), 4)

    def test_serves_in_order_of_arrival(self) -> None:
        engine = Engine(EngineProfile(max_num_seqs=1))
        requests = [request(output=10) for _ in range(3)]
        for r in requests:
            engine.submit(r)
        self.assertEqual(run(engine, 5), requests)

    def test_inter_token_latency_grows_with_the_batch(self) -> None:
        profile = EngineProfile(base_latency=0.01, latency_per_request=0.01, prefill_tokens_per_second=1e9)
        tokens = {}
        for batch in (1, 4):
            engine = Engine(profile)
            for _ in range(batch):
                engine.submit(request(output=1000))
            run(engine, 10)
            tokens[batch] = engine.running[0].generated
        # 20 ms per token alone, 50 ms in a batch of four.
        self.assertAlmostEqual(tokens[1], 10 / 0.02, delta=1)
        self.assertAlmostEqual(tokens[4], 10 / 0.05, delta=1)


class Prefill(unittest.TestCase):
    def test_first_token_comes_only_after_the_prompt_is_computed(self) -> None:
        engine = Engine(EngineProfile(prefill_tokens_per_second=1000))
        slow = request(prompt=2000, output=10)
        engine.submit(slow)
        run(engine, 1.9)
        self.assertIsNone(slow.first_token_at)
        run(engine, 0.5, start=1.9)
        self.assertAlmostEqual(slow.first_token_at or 0, 2.0, delta=2 * DT)

    def test_takes_at_most_half_of_a_step_from_those_who_decode(self) -> None:
        engine = Engine(EngineProfile(base_latency=0.01, latency_per_request=0.0, prefill_tokens_per_second=1000))
        decoding = request(prompt=1, output=1000)
        engine.submit(decoding)
        run(engine, 1)
        before = decoding.generated
        engine.submit(request(prompt=5000))
        run(engine, 1, start=1)
        self.assertAlmostEqual(decoding.generated - before, 50, delta=1)


class KvCache(unittest.TestCase):
    def test_usage_follows_the_tokens_in_flight_in_whole_blocks(self) -> None:
        engine = Engine(EngineProfile(num_gpu_blocks=100, block_size=16, prefill_tokens_per_second=1e9, base_latency=1e6))
        engine.submit(request(prompt=17))
        engine.step(0, DT)
        self.assertEqual(engine.kv_usage(), 2 / 100)

    def test_is_free_again_when_the_requests_are_done(self) -> None:
        engine = Engine(EngineProfile(num_gpu_blocks=100))
        for _ in range(5):
            engine.submit(request())
        run(engine, 10)
        self.assertEqual((engine.kv_usage(), engine.load()), (0.0, 0))

    def test_admits_no_prompt_that_does_not_fit_the_free_blocks(self) -> None:
        engine = Engine(EngineProfile(num_gpu_blocks=10, block_size=16, base_latency=1e6))
        engine.submit(request(prompt=90, output=5))
        engine.submit(request(prompt=90, output=5))
        engine.step(0, DT)
        self.assertEqual((len(engine.running), len(engine.waiting)), (1, 1))

    def test_never_exceeds_the_cache_because_the_youngest_is_preempted(self) -> None:
        engine = Engine(EngineProfile(num_gpu_blocks=20, block_size=16, max_num_seqs=4))
        requests = [request(prompt=60, output=150) for _ in range(4)]
        for r in requests:
            engine.submit(r)
        finished: list[Request] = []
        for step in range(1000):
            finished += engine.step(step * DT, DT)
            self.assertLessEqual(engine.kv_usage(), 1.0)
        self.assertGreater(engine.preemptions, 0)
        self.assertCountEqual(finished, requests)
        self.assertIs(finished[0], requests[0])

    def test_refuses_a_request_that_can_never_fit(self) -> None:
        with self.assertRaisesRegex(ValueError, "170 tokens exceeds the KV cache of 160 tokens"):
            Engine(EngineProfile(num_gpu_blocks=10, block_size=16)).submit(request(prompt=160, output=10))


class Counters(unittest.TestCase):
    def test_count_finished_requests_by_reason_and_start_with_every_reason_at_zero(self) -> None:
        engine = Engine(EngineProfile())
        self.assertEqual(engine.finished, {"stop": 0, "length": 0, "abort": 0, "error": 0})
        for reason in ("stop", "length", "stop"):
            engine.submit(request(finish_reason=reason))
        run(engine, 5)
        self.assertEqual(engine.finished, {"stop": 2, "length": 1, "abort": 0, "error": 0})

    def test_count_tokens_once(self) -> None:
        engine = Engine(EngineProfile())
        for _ in range(3):
            engine.submit(request(prompt=100, output=50))
        run(engine, 5)
        self.assertEqual(engine.prompt_tokens, 300)
        self.assertAlmostEqual(engine.generation_tokens, 150)


if __name__ == "__main__":
    unittest.main()
